//! What documents are held to.

use std::path::PathBuf;

use serde_json::Value;

/// The schema in `docs/schema` is the one that the code makes.
pub(crate) fn assert_committed(name: &str, schema: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    let schema = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        schema,
        "UPDATE_SCHEMA=1 cargo test -p iam-report writes it; renaming or removing a name needs a new version"
    );
}

/// SARIF's own schema.
#[allow(dead_code, reason = "only some tests write SARIF")]
pub(crate) fn of_sarif() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // A stray bracket that only some regular expression engines let pass; we write no `language`.
    for definition in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{definition}/properties/language"));
        assert!(language.unwrap().as_object_mut().unwrap().remove("pattern").is_some());
    }
    schema
}

pub(crate) fn assert_valid(schema: &Value, document: &Value) {
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(schema).unwrap();
    let errors = validator.iter_errors(document);
    let errors: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// The schema, in which names that it does not know are wrong.
pub(crate) fn closed(mut schema: Value) -> Value {
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            if object.get("type").is_some_and(|kind| kind == "object") {
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
