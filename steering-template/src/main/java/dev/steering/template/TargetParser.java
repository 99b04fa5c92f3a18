package dev.steering.template;

import dev.steering.template.Stmt.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what is assigned to: names, tuples of names, attributes of namespaces, and macro parameters. */
final class TargetParser {
    private static final Set<String> CONSTANTS = Set.of("true", "True", "false", "False", "none", "None");

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    TargetParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Names and defaults of parameters; the defaults belong to the last ones. */
    record Parameters(List<String> names, List<Expr> defaults) {
        static final Parameters NONE = new Parameters(List.of(), List.of());
    }

    Target target(boolean withNamespace) {
        List<Target> targets = new ArrayList<>();
        boolean isTuple = false;
        while ((tokens.at(Token.Type.NAME) && !tokens.atName("in")) || tokens.atOperator("(")) {
            targets.add(expressions.nested(() -> single(withNamespace)));
            if (!tokens.skipOperator(",")) {
                break;
            }
            isTuple = true;
        }
        if (isTuple) {
            return new Target.ToTuple(List.copyOf(targets));
        }
        if (targets.isEmpty()) {
            throw tokens.fail(
                    "expected a name to assign to, got '" + tokens.current().describe() + "'");
        }
        return targets.get(0);
    }

    private Target single(boolean withNamespace) {
        if (tokens.skipOperator("(")) {
            Target inner = target(withNamespace);
            tokens.expectOperator(")");
            return inner;
        }
        Token name = tokens.expect(Token.Type.NAME);
        if (CONSTANTS.contains(name.text())) {
            throw TemplateException.syntax("can't assign to 'const'", name.line());
        }
        if (withNamespace && tokens.skipOperator(".")) {
            return new Target.ToAttribute(
                    name.text(), tokens.expect(Token.Type.NAME).text());
        }
        return new Target.ToName(name.text());
    }

    Parameters parameters() {
        List<String> names = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (!names.isEmpty()) {
                tokens.expectOperator(",");
            }
            names.add(tokens.expect(Token.Type.NAME).text());
            if (tokens.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.fail("non-default argument follows default argument");
            }
        }
        return new Parameters(List.copyOf(names), List.copyOf(defaults));
    }
}
