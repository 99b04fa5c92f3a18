package dev.steering.template;

/**
 * A piece of template source.
 *
 * @param type its kind
 * @param text data or string contents (unescaped), a name, an operator, or a number's digits without underscores
 * @param line 1-based line it starts on
 */
record Token(Type type, String text, int line) {
    enum Type {
        DATA("template data / text"),
        VARIABLE_BEGIN("begin of print statement"),
        VARIABLE_END("end of print statement"),
        BLOCK_BEGIN("begin of statement block"),
        BLOCK_END("end of statement block"),
        NAME("name"),
        STRING("string"),
        INTEGER("integer"),
        FLOAT("float"),
        OPERATOR("operator"),
        EOF("end of template");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    boolean is(Type other) {
        return type == other;
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return type == Type.OPERATOR && text.equals(operator);
    }

    /** How error messages speak of this token. */
    String describe() {
        return type == Type.NAME || type == Type.OPERATOR ? text : type.description();
    }
}
