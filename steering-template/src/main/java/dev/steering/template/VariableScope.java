package dev.steering.template;

import java.util.HashMap;
import java.util.Map;

/** Variables visible at one place. Assignments stay in the innermost scope, as jinja2's do. */
final class VariableScope {
    /** In characters looked at: scopes are few in real templates, hundreds in hostile ones. */
    private static final int HOP_COST = 8;

    private final Map<String, Object> variables;
    private final VariableScope parent;

    /** The outermost scope: what the caller gave, and the globals. */
    VariableScope(Map<String, Object> variables) {
        this.variables = variables;
        this.parent = this;
    }

    private VariableScope(VariableScope parent) {
        this.variables = new HashMap<>();
        this.parent = parent;
    }

    VariableScope inner() {
        return new VariableScope(this);
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    /** The value, or an {@link Undefined}. */
    Object get(String name, Budget budget) {
        VariableScope scope = this;
        Object value = variables.get(name);
        long hops = 0;
        while (value == null && scope.parent != scope) {
            scope = scope.parent;
            value = scope.variables.get(name);
            hops++;
        }
        budget.scan(hops * HOP_COST);
        return value == null ? Undefined.variable(name) : value;
    }
}
