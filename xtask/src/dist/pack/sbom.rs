//! The bill of materials, as CycloneDX 1.5: the same parts as in the notices, for programs that
//! look for known holes. No time and no number by chance: the same parts make the same file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::linked::{Id, Linked};
use super::notices::EXTRAS;

/// The whole document.
pub(super) fn document(crates: &BTreeMap<Id, Linked>) -> Result<String, String> {
    let own = ("tdsauth".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    let root = crates.get(&own).ok_or("the library is not made of tdsauth")?;
    let parts = crates.iter().filter(|(id, _)| **id != own);
    let mut components: Vec<Value> = parts.map(|(id, linked)| component(id, linked)).collect();
    components.extend(EXTRAS.iter().map(|extra| {
        json!({
            "type": "library",
            "bom-ref": extra.name,
            "name": extra.name,
            "licenses": [{ "expression": extra.licence }],
        })
    }));
    let mut dependencies: Vec<Value> = Vec::new();
    for (id, linked) in crates {
        let mut needs: Vec<String> = linked.needs.iter().map(reference).collect();
        if *id == own {
            needs.extend(EXTRAS.iter().map(|extra| extra.name.to_owned()));
        }
        dependencies.push(json!({ "ref": reference(id), "dependsOn": needs }));
    }
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(&own, root) },
        "components": components,
        "dependencies": dependencies,
    });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|error| error.to_string())
}

/// By this others refer to it: the package's address, where it has one.
fn reference(id: &Id) -> String {
    format!("pkg:cargo/{}@{}", id.0, id.1)
}

fn component(id: &Id, linked: &Linked) -> Value {
    let targets: Vec<&str> = linked.targets.iter().copied().collect();
    let feature = if linked.is_for_tls { "tls" } else { "" };
    let properties = [("tdsauth:targets", targets.join(" ")), ("tdsauth:feature", feature.into())];
    let properties: Vec<Value> = properties
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(id),
        "name": id.0,
        "version": id.1,
        "description": linked.description,
        "licenses": [{ "expression": linked.licence }],
        "purl": reference(id),
        "properties": properties,
    });
    if let (Some(sum), Some(component)) = (&linked.checksum, component.as_object_mut()) {
        component.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": sum }]));
    } else if let Some(component) = component.as_object_mut() {
        // In no registry: an address there would be somebody else's.
        component.remove("purl");
    }
    component
}
