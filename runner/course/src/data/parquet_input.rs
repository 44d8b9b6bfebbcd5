//! Documents out of parquet files: column `text`, optionally column `id`. The only module that names `parquet`.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::error::{DataError, at};
use super::input::{Found, Sink, check_id, id_of_text};
use crate::documents::MAX_DOCUMENT_BYTES;

pub(super) fn read(path: &Path, sink: &mut Sink<'_>) -> Result<(), DataError> {
    let file = File::open(path).map_err(at(path))?;
    let not_readable = |problem: String| DataError::Kind {
        path: path.to_owned(),
        problem: format!("the parquet file can't be read: {problem}"),
    };
    let reader = guarded(|| SerializedFileReader::new(file)).map_err(not_readable)?;
    let columns = projection(&reader).map_err(not_readable)?;
    let mut rows = guarded(|| reader.get_row_iter(Some(columns))).map_err(not_readable)?;
    for number in 1u64.. {
        let problem = |problem: String| DataError::Input {
            path: path.to_owned(),
            line: number,
            problem,
        };
        let Some(row) = guarded(|| rows.next().transpose()).map_err(problem)? else {
            break;
        };
        let found = document(&row).map_err(problem)?;
        if sink(found)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The crate panics on some damaged files; here that is an error like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the file is damaged".to_owned()),
    }
}

fn projection(reader: &SerializedFileReader<File>) -> Result<Type, String> {
    let schema = reader.metadata().file_metadata().schema();
    let fields: Vec<Arc<Type>> = schema
        .get_fields()
        .iter()
        .filter(|field| field.name() == "text" || field.name() == "id")
        .cloned()
        .collect();
    if !fields.iter().any(|field| field.name() == "text") {
        let names: Vec<&str> = schema
            .get_fields()
            .iter()
            .map(|field| field.name())
            .collect();
        return Err(format!(
            "it has no column `text`, only {}",
            names.join(", ")
        ));
    }
    Type::group_type_builder(schema.name())
        .with_fields(fields)
        .build()
        .map_err(|error| error.to_string())
}

fn document(row: &Row) -> Result<Found, String> {
    let (mut id, mut text) = (None, None);
    for (name, field) in row.get_column_iter() {
        match name.as_str() {
            "text" => text = Some(text_of(field).ok_or("column `text` is not a text")?),
            "id" => id = id_of(field)?,
            _ => {}
        }
    }
    let text = text.ok_or("there is no text")?;
    if text.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(format!(
            "a document has more than {MAX_DOCUMENT_BYTES} bytes"
        ));
    }
    let id = id.unwrap_or_else(|| id_of_text(&text));
    check_id(&id)?;
    Ok(Found { id, text })
}

/// Byte columns without the annotation that they are text are common; they count when they are UTF-8.
fn text_of(field: &Field) -> Option<String> {
    match field {
        Field::Str(text) => Some(text.clone()),
        Field::Bytes(bytes) => String::from_utf8(bytes.data().to_vec()).ok(),
        _ => None,
    }
}

fn id_of(field: &Field) -> Result<Option<String>, String> {
    Ok(match field {
        Field::Null => None,
        Field::Byte(number) => Some(number.to_string()),
        Field::Short(number) => Some(number.to_string()),
        Field::Int(number) => Some(number.to_string()),
        Field::Long(number) => Some(number.to_string()),
        Field::UByte(number) => Some(number.to_string()),
        Field::UShort(number) => Some(number.to_string()),
        Field::UInt(number) => Some(number.to_string()),
        Field::ULong(number) => Some(number.to_string()),
        other => Some(text_of(other).ok_or("column `id` is neither text nor a whole number")?),
    })
}
