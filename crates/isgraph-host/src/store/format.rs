//! The bytes of a snapshot.

use std::io::{self, Read, Write};

use isgraph::ErrorCode;

use super::SnapshotMeta;

const MAGIC: [u8; 8] = *b"ISGRAPH\0";
const VERSION: u32 = 1;
/// Bytes before the checksum.
const HEAD: usize = 24;
const CHECKSUM: usize = blake3::OUT_LEN;

/// Why a snapshot cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Its bytes are not those that were written.
    Corrupt(&'static str),
    /// Another version of isgraph wrote it.
    Version(u32),
}

impl Fault {
    pub(super) fn code(&self) -> ErrorCode {
        match self {
            Self::Corrupt(_) => ErrorCode::StoreCorrupt,
            Self::Version(_) => ErrorCode::StoreVersion,
        }
    }

    /// Completes a sentence that starts with the snapshot's path.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Corrupt(reason) => format!("is damaged: {reason}"),
            Self::Version(version) => {
                format!("has format version {version}, and this isgraph reads version {VERSION}")
            }
        }
    }
}

/// Writes a snapshot.
pub(super) fn write(out: &mut impl Write, meta: &SnapshotMeta, payload: &[u8]) -> io::Result<()> {
    let meta = serde_json::to_vec(meta)?;
    let too_long = |_| io::Error::new(io::ErrorKind::InvalidInput, "the metadata is too long");
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&MAGIC);
    head[8..12].copy_from_slice(&VERSION.to_le_bytes());
    head[12..16].copy_from_slice(&u32::try_from(meta.len()).map_err(too_long)?.to_le_bytes());
    head[16..24].copy_from_slice(&(payload.len() as u64).to_le_bytes());
    out.write_all(&head)?;
    out.write_all(checksum(&head, &meta, payload).as_bytes())?;
    out.write_all(&meta)?;
    out.write_all(payload)
}

/// Reads a snapshot; the outer error is the disk's, the inner one the snapshot's.
pub(super) fn read(from: &mut impl Read) -> io::Result<Result<(SnapshotMeta, Vec<u8>), Fault>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(parse(bytes))
}

fn parse(mut bytes: Vec<u8>) -> Result<(SnapshotMeta, Vec<u8>), Fault> {
    const SHORT: Fault = Fault::Corrupt("it ends too early");
    let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or(SHORT)?;
    let (magic, numbers) = head.split_at(MAGIC.len());
    if *magic != MAGIC {
        return Err(Fault::Corrupt("it is not a snapshot of isgraph"));
    }
    let version = le(&numbers[..4]);
    if version != u64::from(VERSION) {
        return Err(Fault::Version(u32::try_from(version).unwrap_or(u32::MAX)));
    }
    let (meta_len, payload_len) = (le(&numbers[4..8]), le(&numbers[8..16]));
    let (expected, body) = rest.split_first_chunk::<CHECKSUM>().ok_or(SHORT)?;
    if (body.len() as u64).checked_sub(meta_len) != Some(payload_len) {
        return Err(Fault::Corrupt("its length is not the one that was written"));
    }
    let (meta, payload) = body.split_at_checked(usize::try_from(meta_len).unwrap_or(usize::MAX)).ok_or(SHORT)?;
    // `blake3::Hash` compares in constant time, which is no harm here.
    if checksum(head, meta, payload) != blake3::Hash::from_bytes(*expected) {
        return Err(Fault::Corrupt("its checksum is wrong"));
    }
    let meta: SnapshotMeta =
        serde_json::from_slice(meta).map_err(|_| Fault::Corrupt("its metadata cannot be decoded"))?;
    let start = bytes.len() - payload.len();
    bytes.drain(..start);
    Ok((meta, bytes))
}

fn checksum(head: &[u8; HEAD], meta: &[u8], payload: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head).update(meta).update(payload);
    hasher.finalize()
}

fn le(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
