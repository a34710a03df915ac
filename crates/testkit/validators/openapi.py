"""Judges answers on standard input by docs/openapi.json, whose path is the argument: a JSON array of {line, status, body}.

`line` is what was asked, as in "GET /api/v1/people?limit=1". Nothing of ours is asked: jsonschema compares. Prints a JSON
array of what is wrong, in words.

With `--parts` the answers are those of a stand-in, which says only what a test needs, and short names for digests: what is
left out and how texts are spelled is not judged then, but a field that there is not is.
"""

import json
import re
import sys

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ADDRESS = "http://contract/openapi.json"


def in_parts(schema, closed=True):
    """The same schema for an answer of which parts are left out, and in which nothing else stands."""
    if isinstance(schema, list):
        return [in_parts(part, closed) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for name, part in schema.items():
        if name in ("required", "pattern") and name not in schema.get("properties", {}):
            continue
        kept[name] = in_parts(part, closed=name != "allOf")
    if "allOf" in schema:
        # Of several parts none knows the names of the others.
        kept["unevaluatedProperties"] = False
    elif closed and isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        kept.setdefault("additionalProperties", False)
    return kept


def joined(schema):
    """The schemas that are parts of others."""
    if isinstance(schema, list):
        return {name for part in schema for name in joined(part)}
    if not isinstance(schema, dict):
        return set()
    own = {part["$ref"].rsplit("/", 1)[-1] for part in schema.get("allOf", []) if "$ref" in part}
    return own | {name for part in schema.values() for name in joined(part)}


with open(sys.argv[1], encoding="utf-8") as file:
    DOCUMENT = json.load(file)
if "--parts" in sys.argv:
    PARTS = joined(DOCUMENT["components"])
    for place in [DOCUMENT["components"]["schemas"], *(known["responses"] for path in DOCUMENT["paths"].values() for known in path.values())]:
        for name in place:
            place[name] = in_parts(place[name], closed=name not in PARTS)
REGISTRY = Registry().with_resource(ADDRESS, DRAFT202012.create_resource(DOCUMENT))


def operation(method, path):
    """The path's template and what the document says of the method there; one without parameters goes first."""
    for template in sorted(DOCUMENT["paths"], key=lambda known: known.count("{")):
        # A part of an application is the one parameter that may hold slashes.
        parts = [".+" if part == "{part}" else "[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/")]
        known = DOCUMENT["paths"][template].get(method.lower())
        if known is not None and re.fullmatch("/".join(parts), path):
            return template, known
    return None, None


def faults(answer):
    method, target = answer["line"].split(" ", 1)
    template, known = operation(method, target.split("?")[0])
    if known is None:
        yield "the document has no such operation"
        return
    status = str(answer["status"])
    if status not in known["responses"]:
        yield f"the document has no answer {status}: {sorted(known['responses'])}"
        return
    content = known["responses"][status].get("content", {}).get("application/json")
    if content is None:
        yield "the document has no JSON here"
        return
    pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in ["paths", template, method.lower(), "responses", status, "content", "application/json", "schema"])
    validator = Draft202012Validator({"$ref": f"{ADDRESS}#/{pointer}"}, registry=REGISTRY)
    for fault in validator.iter_errors(answer["body"]):
        yield f"{'.'.join(str(step) for step in fault.absolute_path)}: {fault.message}"


print(json.dumps([f"{answer['line']}: {fault}" for answer in json.load(sys.stdin) for fault in faults(answer)]))
