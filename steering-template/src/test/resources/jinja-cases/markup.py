"""Writes markup.json: templates that mark text as safe, and what jinja2 3.1.6 renders of them with x = "<i>"."""
import json
from jinja2.sandbox import ImmutableSandboxedEnvironment
def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
env=ImmutableSandboxedEnvironment(trim_blocks=True,lstrip_blocks=True,extensions=['jinja2.ext.loopcontrols'])
env.filters['tojson']=tojson
T=["{{ (x|safe) + '<b>' }}|{{ (x|escape) + '<' }}|{{ '<i>' ~ (x|safe) }}",
"{{ '<b>' + (x|safe) }}","{{ x|e|e }}|{{ x|safe|e }}|{{ x|safe|forceescape }}|{{ x|e|forceescape }}",
"{% set y = x|safe %}{{ y + '&' }}|{{ y is escaped }}|{{ x is escaped }}",
"{{ (x|safe) * 2 + '<' }}","{{ '%s'|safe % x }}|{{ ('%s-%d'|safe) % (x, 3) }}|{{ '%s'|safe|format(x) }}",
"{{ (x|safe|upper) + '<' }}|{{ (x|safe|trim) + '<' }}|{{ (x|safe|title) + '<' }}|{{ (x|safe|replace('i','j')) + '<' }}",
"{{ (x|safe if true else 'n') + '<' }}|{{ (x|safe or 'n') + '<' }}|{{ (false or x|safe) + '<' }}",
"{{ (x|safe).upper() + '<' }}|{{ (x|safe).strip() + '<' }}|{{ (x|safe)[0] + '<' }}|{{ (x|safe)[:2] + '<' }}",
"{{ (x|safe) == '<i>' }}|{{ x|safe|length }}|{{ (x|safe) in ['<i>'] }}|{{ x|safe|tojson }}",
"{% for c in x|safe %}{{ c }},{% endfor %}|{{ [x|safe, 'b']|join('<') }}",
"{% macro m(v) %}{{ v }}<{% endmacro %}{{ m(x|safe) + '<' }}",
"{% set y %}{{ x }}{% endset %}{{ y + '<' }}",
"{% with y = x|safe %}{{ y + '<' }}{% endwith %}",
"{{ (x|safe|default('q')) + '<' }}|{{ (none|default(x|safe)) }}|{{ x|safe|string + '<' }}",
"{{ (x|safe|center(9)) + '<' }}|{{ (x|safe|indent(2)) + '<' }}|{{ (x|safe|truncate(2, true, '', 0)) + '<' }}|{{ (x|safe|capitalize) + '<' }}|{{ (x|safe|lower) + '<' }}",
"{% set ns = namespace(a='') %}{% set ns.a = x|safe %}{{ ns.a }}",
"{{ (x|safe) ~ '<b>' ~ 1 }}","{{ (x|safe) < 'a' }}|{{ not (x|safe) }}|{{ x|safe is string }}","{{ (x|e).title() + '<' }}",
"{{ ('<i>'|safe) + x + '<' }}", "{{ x|e + x|safe }}",
]
out=[]
for t in T:
    try: r=env.from_string(t).render(x="<i>",messages=[])
    except Exception as e: r="ERR "+str(e)
    out.append([t,r])
json.dump(out, open('markup.json', 'w'), indent=1, ensure_ascii=False)
