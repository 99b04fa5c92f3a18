"""Rewrites cases.json: what jinja2 makes of each template. Needs Python 3.11 and jinja2 3.1.6."""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2026, 11, 20, 15, 4, 5)
FILE = pathlib.Path(__file__).with_name("cases.json")


class Generation(jinja2.ext.Extension):
    """{% generation %}: transformers marks the assistant's tokens with it; the text is that of the body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("body"), [], [], body).set_lineno(line)

    def body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = NOW.strftime


def render(template, context):
    try:
        return {"template": template, "expected": environment.from_string(template).render(**context), "error": None}
    except Exception as e:
        return {"template": template, "expected": None, "error": str(e)}


data = json.loads(FILE.read_text(encoding="utf-8"))
data["madeBy"] = "jinja2 " + jinja2.__version__ + ", regenerate.py"
data["cases"] = [render(case["template"], data["context"]) for case in data["cases"]]
lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in data["cases"])
head = {"madeBy": data["madeBy"], "context": data["context"]}
FILE.write_text(
    json.dumps(head, ensure_ascii=False)[:-1] + ', "cases": [\n' + lines + "\n]}\n", encoding="utf-8", newline="\n"
)
