"""Renders every template of markup.json again with jinja2 and markupsafe, as Hugging Face transformers sets them up.

    pip install jinja2==3.1.6 markupsafe==3.0.3
    python markup.py

A case is a template and what jinja2 makes of it with the file's context; to add one, add the pair with any text as its second part.
"""

import json
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

FILE = Path(__file__).with_name("markup.json")


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
environment.filters["tojson"] = tojson
content = json.loads(FILE.read_text(encoding="utf-8"))
for case in content["cases"]:
    case[1] = environment.from_string(case[0]).render(**content["context"])
FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
