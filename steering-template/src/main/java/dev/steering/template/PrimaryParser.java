package dev.steering.template;

import dev.steering.template.Expr.Arguments;
import dev.steering.template.Expr.Pair;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names, literals, and what can follow them: {@code .x}, {@code [x]}, {@code (x)}, {@code |x} and {@code is x}. */
final class PrimaryParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;

    PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expr primary() {
        Token token = tokens.current();
        return switch (token.type()) {
            case NAME -> name(tokens.next().text());
            case STRING -> strings();
            case INTEGER -> new Expr.Literal(integer(tokens.next()));
            case FLOAT -> new Expr.Literal(Double.valueOf(tokens.next().text()));
            case OPERATOR -> bracketed(token.text());
            default -> throw unexpected();
        };
    }

    private static Expr name(String name) {
        return switch (name) {
            case "true", "True" -> new Expr.Literal(true);
            case "false", "False" -> new Expr.Literal(false);
            case "none", "None" -> new Expr.Literal(Values.None.NONE);
            default -> new Expr.Name(name);
        };
    }

    /** Adjacent literals are one string. */
    private Expr strings() {
        StringBuilder text = new StringBuilder();
        while (tokens.at(Token.Type.STRING)) {
            text.append(tokens.next().text());
        }
        return new Expr.Literal(text.toString());
    }

    private static Object integer(Token token) {
        String digits = token.text().toLowerCase(Locale.ROOT);
        int radix =
                switch (digits.length() > 1 ? digits.charAt(1) : ' ') {
                    case 'x' -> 16;
                    case 'o' -> 8;
                    case 'b' -> 2;
                    default -> 10;
                };
        String significant = radix == 10 ? digits : digits.substring(2);
        if (significant.length() > 4300) {
            throw TemplateException.syntax("Exceeds the limit (4300 digits) for integers", token.line());
        }
        return Numbers.normal(new BigInteger(significant, radix));
    }

    private Expr bracketed(String operator) {
        switch (operator) {
            case "(" -> {
                tokens.next();
                Expr inner = expressions.tuple(true, true);
                tokens.expectOperator(")");
                return inner;
            }
            case "[" -> {
                return list();
            }
            case "{" -> {
                return dict();
            }
            default -> throw unexpected();
        }
    }

    private Expr list() {
        List<Expr> items = new ArrayList<>();
        tokens.expectOperator("[");
        while (!tokens.skipOperator("]")) {
            items.add(expressions.expression());
            if (!tokens.atOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return new Expr.ListOf(List.copyOf(items));
    }

    private Expr dict() {
        List<Pair> pairs = new ArrayList<>();
        tokens.expectOperator("{");
        while (!tokens.skipOperator("}")) {
            Expr key = expressions.expression();
            tokens.expectOperator(":");
            pairs.add(new Pair(key, expressions.expression()));
            if (!tokens.atOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expr.DictOf(List.copyOf(pairs));
    }

    Expr postfix(Expr operand) {
        Expr result = operand;
        while (true) {
            if (tokens.skipOperator(".")) {
                result = dotted(result);
            } else if (tokens.skipOperator("[")) {
                result = subscript(result);
            } else if (tokens.atOperator("(")) {
                result = new Expr.Call(result, arguments());
            } else {
                return result;
            }
        }
    }

    private Expr dotted(Expr target) {
        if (tokens.at(Token.Type.INTEGER)) {
            return new Expr.Item(target, new Expr.Literal(integer(tokens.next())));
        }
        if (!tokens.at(Token.Type.NAME)) {
            throw tokens.fail("expected name or number");
        }
        return new Expr.Attribute(target, tokens.next().text());
    }

    private Expr subscript(Expr target) {
        List<Expr> keys = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
            keys.add(subscriptKey());
            if (!tokens.atOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return new Expr.Item(target, keys.size() == 1 ? keys.get(0) : new Expr.TupleOf(List.copyOf(keys)));
    }

    private Expr subscriptKey() {
        Expr start = tokens.atOperator(":") ? null : expressions.expression();
        if (start != null && !tokens.atOperator(":")) {
            return start;
        }
        tokens.expectOperator(":");
        Expr stop = slicePart();
        Expr step = tokens.skipOperator(":") ? slicePart() : null;
        return new Expr.Slice(start, stop, step);
    }

    private @Nullable Expr slicePart() {
        boolean absent = tokens.atOperator(":") || tokens.atOperator("]") || tokens.atOperator(",");
        return absent ? null : expressions.expression();
    }

    Expr filtersAndTests(Expr operand) {
        Expr result = operand;
        while (true) {
            if (tokens.skipOperator("|")) {
                result = filter(result);
            } else if (tokens.skipName("is")) {
                result = test(result);
            } else if (tokens.atOperator("(")) {
                result = new Expr.Call(result, arguments());
            } else {
                return result;
            }
        }
    }

    Expr filter(Expr operand) {
        String name = dottedName();
        return new Expr.Filter(operand, name, tokens.atOperator("(") ? arguments() : Arguments.NONE);
    }

    private Expr test(Expr operand) {
        boolean negated = tokens.skipName("not");
        String name = dottedName();
        Expr test = new Expr.Test(operand, name, testArguments());
        return negated ? new Expr.Not(test) : test;
    }

    /** A test may take one argument without parentheses: {@code x is divisibleby 3}. */
    private Arguments testArguments() {
        if (tokens.atOperator("(")) {
            return arguments();
        }
        if (!startsPrimary() || tokens.atName("else") || tokens.atName("or") || tokens.atName("and")) {
            return Arguments.NONE;
        }
        if (tokens.atName("is")) {
            throw tokens.fail("You cannot chain multiple tests with is");
        }
        Expr argument = expressions.nested(() -> postfix(primary()));
        return new Arguments(List.of(argument), Map.of(), null, null);
    }

    private boolean startsPrimary() {
        return switch (tokens.current().type()) {
            case NAME, STRING, INTEGER, FLOAT -> true;
            default -> tokens.atOperator("[") || tokens.atOperator("{");
        };
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Token.Type.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Token.Type.NAME).text());
        }
        return name.toString();
    }

    private Arguments arguments() {
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> keywords = new LinkedHashMap<>();
        Expr star = null;
        Expr doubleStar = null;
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (doubleStar == null && tokens.skipOperator("**")) {
                doubleStar = expressions.expression();
            } else if (star == null && doubleStar == null && tokens.skipOperator("*")) {
                star = expressions.expression();
            } else if (doubleStar == null
                    && tokens.at(Token.Type.NAME)
                    && tokens.look().isOperator("=")) {
                keyword(keywords);
            } else if (star == null && doubleStar == null && keywords.isEmpty()) {
                positional.add(expressions.expression());
            } else {
                throw tokens.fail("invalid syntax for function call expression");
            }
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new Arguments(List.copyOf(positional), keywords, star, doubleStar);
    }

    private void keyword(Map<String, Expr> keywords) {
        String name = tokens.next().text();
        tokens.next();
        if (keywords.put(name, expressions.expression()) != null) {
            throw tokens.fail("keyword argument repeated: " + name);
        }
    }

    private TemplateException unexpected() {
        return tokens.fail("unexpected '" + tokens.current().describe() + "'");
    }
}
