"""Judges events on standard input, one JSON object a line, by the published schema of OCSF.

Nothing of ours is asked: the schema comes with the package ocsf-json-schema (a copy of what schema.ocsf.io publishes,
turned into JSON Schema: types, patterns, required attributes, constraints, and nothing that a class does not have), and
jsonschema compares. What JSON Schema cannot say is compared here with the same published schema: that a number and its
caption agree, that the type follows from class and activity, that a class takes part in the profiles that an event
names, and that nothing deprecated is used.

Prints one JSON object: how many events of which class were judged, and every fault.
"""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import get_ocsf_schema
from ocsf_json_schema.embedded import OcsfJsonSchemaEmbedded

VERSION = "1.8.0"
MOST_FAULTS = 40

SCHEMA = get_ocsf_schema(VERSION)
GENERATED = OcsfJsonSchemaEmbedded(SCHEMA)
CLASSES = {about["uid"]: about for about in SCHEMA["classes"].values()}
VALIDATORS = {}


def validator(about, profiles):
    key = (about["name"], tuple(profiles))
    if key not in VALIDATORS:
        schema = GENERATED.get_class_schema(about["name"], list(profiles))
        Draft202012Validator.check_schema(schema)
        VALIDATORS[key] = Draft202012Validator(schema)
    return VALIDATORS[key]


def captions(value, attributes, where):
    """Numbers and their captions, attributes that are deprecated, and the same in every object within."""
    for name, found in value.items():
        about = attributes.get(name)
        if about is None:
            continue  # the schema has refused it already, or allows anything here
        if "@deprecated" in about:
            yield f"{where}{name}: deprecated: {about['@deprecated'].get('message')}"
        sibling, enum = about.get("sibling"), about.get("enum") or {}
        if sibling and str(found) in enum:
            caption, said = enum[str(found)]["caption"], value.get(sibling)
            if said is None:
                yield f"{where}{name}: {sibling} is missing beside it"
            elif caption != "Other" and said != caption:
                yield f"{where}{sibling}: {said!r}, but {name} {found} is {caption!r}"
        inner = SCHEMA["objects"].get(about.get("object_type"))
        if inner is not None:
            for place, item in enumerate(found if isinstance(found, list) else [found]):
                if isinstance(item, dict):
                    yield from captions(item, inner["attributes"], f"{where}{name}[{place}].")


def faults(event):
    about = CLASSES.get(event.get("class_uid"))
    if about is None:
        yield f"class_uid: {event.get('class_uid')} is no class"
        return
    metadata = event.get("metadata", {})
    if metadata.get("version") != VERSION:
        yield f"metadata.version: {metadata.get('version')!r} is not {VERSION}"
    profiles = metadata.get("profiles", [])
    for profile in profiles:
        if profile not in (about.get("profiles") or []):
            yield f"metadata.profiles: {about['name']} does not take part in {profile!r}"
    for error in validator(about, profiles).iter_errors(event):
        yield f"{error.json_path}: {error.message[:300]}"
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        yield f"type_uid: {event['type_uid']} does not follow from class and activity"
    yield from captions(event, about["attributes"], "")


def main():
    judged, found, lines = {}, [], 0
    for lines, line in enumerate(sys.stdin, 1):
        event = json.loads(line)
        name = CLASSES.get(event.get("class_uid"), {}).get("name", "none")
        judged[name] = judged.get(name, 0) + 1
        found.extend(f"line {lines}: {fault}" for fault in faults(event))
        if len(found) >= MOST_FAULTS:
            break
    print(json.dumps({"lines": lines, "judged": judged, "faults": found[:MOST_FAULTS]}))


main()
