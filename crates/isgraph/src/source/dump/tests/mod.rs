mod file_marker;
