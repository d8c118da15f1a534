//! `isgraph export`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use isgraph::Graph;
use isgraph::export::json;

use crate::args::{ExportArgs, Global};
use crate::exit::Failure;
use crate::output::Output;
use crate::source::load;

pub(crate) fn run(arguments: &ExportArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let loaded = load(&arguments.input, global, output)?;
    let written = match &arguments.output {
        Some(file) => to_file(&loaded.graph, file).map_err(|error| Failure::write(file.display(), &error)),
        None => {
            let mut stdout = io::stdout().lock();
            let written = json::write(&loaded.graph, &mut stdout).and_then(|()| stdout.flush());
            written.map_err(|error| Failure::write("to standard output", &error))
        }
    };
    // The process ends here; giving the memory back piece by piece would only take time.
    std::mem::forget(loaded);
    written
}

/// Replaces the file in one step: whoever reads it sees all of the old or all of the new one.
fn to_file(graph: &Graph, file: &Path) -> io::Result<()> {
    // What is no plain file, such as /dev/stdout or a pipe, cannot be replaced.
    if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::new(std::fs::File::create(file)?);
        return json::write(graph, &mut out).and_then(|()| out.flush());
    }
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".isgraph-export-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the umask takes away what it should.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut aside = builder.tempfile_in(directory)?;
    json::write(graph, aside.as_file_mut())?;
    aside.persist(file).map_err(|error| error.error)?;
    Ok(())
}
