//! Turns `table/table.toml` and `table/names.txt` into static tables, so that a gate instance, which lives for one
//! bundle, spends nothing on reading them. Refuses a table with an entry that gives no reason.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    module: Vec<Module>,
    denied: Vec<Denied>,
    absent: Vec<Absent>,
    call: Vec<Call>,
    settable: Vec<Settable>,
    sealed: Vec<Settable>,
    builtin: Vec<Builtin>,
    attribute: Vec<Attribute>,
    special: Special,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    path: String,
    names: String,
    reason: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Denied {
    rule: String,
    paths: Vec<String>,
    why: String,
    instead: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    names: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    path: String,
    rule: String,
    instead: String,
    arguments: Vec<Argument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Argument {
    name: String,
    position: Option<usize>,
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settable {
    paths: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Builtin {
    #[serde(rename = "use")]
    usage: String,
    names: Vec<String>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    instead: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attribute {
    rule: String,
    /// What it must not be read from: `anything` (the default), or `others`, anything but the method's own object;
    /// `setting`: not set on others.
    #[serde(default = "anything")]
    on: String,
    why: String,
    instead: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Special {
    read: Vec<String>,
    read_on_super: Vec<String>,
    read_on_module: Vec<String>,
    define: Vec<String>,
    assign_in_class: Vec<String>,
    assign_in_module: Vec<String>,
    metaclass: Vec<String>,
}

fn anything() -> String {
    "anything".to_owned()
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=table/table.toml");
    println!("cargo:rerun-if-changed=table/names.txt");
    println!("cargo:rerun-if-changed=build.rs");
    let table: Table = toml::from_str(&std::fs::read_to_string("table/table.toml")?)?;
    let names = sections(&std::fs::read_to_string("table/names.txt")?)?;
    let section = |name: &str| {
        names
            .get(name)
            .cloned()
            .ok_or_else(|| format!("names.txt has no section {name}"))
    };
    let mut out = String::new();

    let mut modules = BTreeMap::new();
    for module in &table.module {
        reason(&module.path, &module.reason)?;
        let mut allowed: BTreeSet<String> = module.also.iter().cloned().collect();
        match module.names.as_str() {
            "listed" => {}
            "public" | "operators" => allowed.extend(section(&module.path)?),
            other => return Err(format!("{}: names = {other:?} is not known", module.path).into()),
        }
        allowed.retain(|name| !module.except.contains(name));
        if modules.insert(module.path.clone(), allowed).is_some() {
            return Err(format!("{} is listed twice", module.path).into());
        }
    }
    for path in modules.keys() {
        if let Some((parent, _)) = path.rsplit_once('.')
            && !modules.contains_key(parent)
        {
            return Err(format!("{path} is listed without {parent}").into());
        }
    }
    out.push_str("pub(super) static MODULES: &[(&str, &[&str])] = &[\n");
    for (path, allowed) in &modules {
        writeln!(
            out,
            "({path:?}, &{allowed:?}),",
            allowed = allowed.iter().collect::<Vec<_>>()
        )?;
    }
    out.push_str("];\n");

    let mut denied = BTreeMap::new();
    for entry in &table.denied {
        reason(&entry.paths.join(", "), &entry.why)?;
        for path in &entry.paths {
            if denied
                .insert(path.clone(), (&entry.rule, &entry.why, &entry.instead))
                .is_some()
            {
                return Err(format!("{path} is denied twice").into());
            }
            if modules.contains_key(path) {
                return Err(format!("{path} is both allowed and denied").into());
            }
        }
    }
    emit_advice(&mut out, "DENIED", &denied)?;

    let absent = sorted(
        table
            .absent
            .iter()
            .map(|entry| (&entry.names, &entry.reason)),
    )?;
    writeln!(out, "pub(super) static ABSENT: &[&str] = &{absent:?};")?;
    let settable = sorted(
        table
            .settable
            .iter()
            .map(|entry| (&entry.paths, &entry.reason)),
    )?;
    writeln!(out, "pub(super) static SETTABLE: &[&str] = &{settable:?};")?;

    let sealed = sorted(
        table
            .sealed
            .iter()
            .map(|entry| (&entry.paths, &entry.reason)),
    )?;
    writeln!(out, "pub(super) static SEALED: &[&str] = &{sealed:?};")?;

    let calls: BTreeMap<&str, &Call> = table
        .call
        .iter()
        .map(|call| (call.path.as_str(), call))
        .collect();
    out.push_str("pub(super) static CALLS: &[Call] = &[\n");
    for (path, call) in calls {
        write!(
            out,
            "Call {{ path: {path:?}, rule: {:?}, instead: {:?}, arguments: &[",
            call.rule, call.instead
        )?;
        for argument in &call.arguments {
            let Argument {
                name,
                position,
                allow,
            } = argument;
            write!(
                out,
                "Argument {{ name: {name:?}, position: {position:?}, allow: &{allow:?} }},"
            )?;
        }
        out.push_str("] },\n");
    }
    out.push_str("];\n");

    let mut free: BTreeSet<String> = section("*exceptions")?;
    let mut call_only = BTreeSet::new();
    let mut builtins_denied = BTreeMap::new();
    for entry in &table.builtin {
        match entry.usage.as_str() {
            "free" | "call" => {
                reason(&entry.names.join(", "), &entry.reason)?;
                let set = if entry.usage == "free" {
                    &mut free
                } else {
                    &mut call_only
                };
                set.extend(entry.names.iter().cloned());
            }
            "denied" => {
                for name in &entry.names {
                    builtins_denied.insert(name.clone(), (&entry.rule, &entry.why, &entry.instead));
                }
            }
            other => return Err(format!("builtin use = {other:?} is not known").into()),
        }
    }
    writeln!(
        out,
        "pub(super) static BUILTINS_FREE: &[&str] = &{:?};",
        free.iter().collect::<Vec<_>>()
    )?;
    writeln!(
        out,
        "pub(super) static BUILTINS_CALL: &[&str] = &{:?};",
        call_only.iter().collect::<Vec<_>>()
    )?;
    emit_advice(&mut out, "BUILTINS_DENIED", &builtins_denied)?;

    for (list, on) in [
        ("ATTRIBUTES", "anything"),
        ("ATTRIBUTES_OF_OTHERS", "others"),
        ("ATTRIBUTES_SET", "setting"),
    ] {
        let mut attributes = BTreeMap::new();
        for entry in table.attribute.iter().filter(|entry| entry.on == on) {
            for name in &entry.names {
                attributes.insert(name.clone(), (&entry.rule, &entry.why, &entry.instead));
            }
        }
        emit_advice(&mut out, list, &attributes)?;
    }

    writeln!(
        out,
        "pub(super) static STANDARD: &[&str] = &{:?};",
        section("*standard")?.iter().collect::<Vec<_>>()
    )?;
    let special = [
        ("READ", &table.special.read),
        ("READ_ON_SUPER", &table.special.read_on_super),
        ("READ_ON_MODULE", &table.special.read_on_module),
        ("DEFINE", &table.special.define),
        ("ASSIGN_IN_CLASS", &table.special.assign_in_class),
        ("ASSIGN_IN_MODULE", &table.special.assign_in_module),
        ("METACLASS", &table.special.metaclass),
    ];
    for (name, list) in special {
        let list: BTreeSet<&String> = list.iter().collect();
        writeln!(
            out,
            "pub(super) static {name}: &[&str] = &{:?};",
            list.iter().collect::<Vec<_>>()
        )?;
    }
    let target = PathBuf::from(std::env::var("OUT_DIR")?).join("table.rs");
    std::fs::write(target, out)?;
    Ok(())
}

fn reason(what: &str, reason: &str) -> Result<(), String> {
    if reason.trim().is_empty() {
        Err(format!("{what} is listed without a reason"))
    } else {
        Ok(())
    }
}

fn sorted<'a>(
    lists: impl Iterator<Item = (&'a Vec<String>, &'a String)>,
) -> Result<Vec<&'a String>, String> {
    let mut all = BTreeSet::new();
    for (list, why) in lists {
        reason(&list.join(", "), why)?;
        all.extend(list);
    }
    Ok(all.into_iter().collect())
}

type Advice<'a> = (&'a String, &'a String, &'a String);

fn emit_advice(
    out: &mut String,
    name: &str,
    entries: &BTreeMap<String, Advice<'_>>,
) -> std::fmt::Result {
    writeln!(out, "pub(super) static {name}: &[Advice] = &[")?;
    for (path, (rule, why, instead)) in entries {
        writeln!(
            out,
            "Advice {{ name: {path:?}, rule: {rule:?}, why: {why:?}, instead: {instead:?} }},"
        )?;
    }
    out.write_str("];\n")
}

/// `[section]` lines followed by words.
fn sections(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            current = Some(name.to_owned());
            found.entry(name.to_owned()).or_default();
        } else {
            let name = current
                .clone()
                .ok_or("names.txt starts without a section")?;
            found
                .entry(name)
                .or_default()
                .extend(line.split_whitespace().map(str::to_owned));
        }
    }
    Ok(found)
}
