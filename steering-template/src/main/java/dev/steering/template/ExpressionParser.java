package dev.steering.template;

import dev.steering.template.Expr.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent over operators, loosest first, in jinja2's order of precedence: notably {@code ~} binds tighter than
 * {@code +}, {@code **} is left-associative, and filters and tests bind tighter than any binary operator.
 */
final class ExpressionParser {
    /** Each level is some fifteen Java frames; real templates nest ten deep. */
    private static final int MAX_NESTING = 100;

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> SUMS = Set.of("+", "-");
    private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
    private static final Set<String> POWERS = Set.of("**");

    private final TokenStream tokens;
    private final PrimaryParser primaries;
    private int depth;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        this.primaries = new PrimaryParser(tokens, this);
    }

    Expr expression() {
        return nested(this::conditional);
    }

    /** Without a trailing {@code if}, which in {@code for x in y if z} belongs to the loop. */
    Expr expressionWithoutCondition() {
        return nested(this::or);
    }

    /** One expression, or several with commas between them: a tuple. */
    Expr tuple(boolean withCondition, boolean parenthesised) {
        List<Expr> items = new ArrayList<>();
        boolean isTuple = false;
        while (!atTupleEnd()) {
            items.add(withCondition ? expression() : expressionWithoutCondition());
            if (!tokens.skipOperator(",")) {
                break;
            }
            isTuple = true;
        }
        if (!isTuple && !items.isEmpty()) {
            return items.get(0);
        }
        if (!isTuple && !parenthesised) {
            throw tokens.fail("Expected an expression, got '" + tokens.current().describe() + "'");
        }
        return new Expr.TupleOf(List.copyOf(items));
    }

    /** A run of {@code |filter}s applied to an operand that has been read. */
    Expr filters(Expr operand) {
        Expr result = operand;
        while (tokens.skipOperator("|")) {
            result = primaries.filter(result);
        }
        return result;
    }

    /** The same for {@code {% filter name|other %}}, where the first bar is missing. */
    Expr filterBlock(Expr operand) {
        return filters(primaries.filter(operand));
    }

    <T> T nested(Supplier<T> parse) {
        if (++depth > MAX_NESTING) {
            throw tokens.fail("the expression is nested too deeply");
        }
        T result = parse.get();
        depth--;
        return result;
    }

    private boolean atTupleEnd() {
        return tokens.at(Token.Type.VARIABLE_END)
                || tokens.at(Token.Type.BLOCK_END)
                || tokens.atOperator(")")
                || tokens.atName("recursive");
    }

    private Expr conditional() {
        Expr then = or();
        while (tokens.skipName("if")) {
            Expr test = or();
            Expr otherwise = tokens.skipName("else") ? nested(this::conditional) : null;
            then = new Expr.Conditional(test, then, otherwise);
        }
        return then;
    }

    private Expr or() {
        Expr left = and();
        while (tokens.skipName("or")) {
            left = new Expr.Or(left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (tokens.skipName("and")) {
            left = new Expr.And(left, not());
        }
        return left;
    }

    private Expr not() {
        return tokens.skipName("not") ? new Expr.Not(nested(this::not)) : comparison();
    }

    private Expr comparison() {
        Expr first = sum();
        List<Comparison> rest = new ArrayList<>();
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            rest.add(new Comparison(operator, sum()));
        }
        return rest.isEmpty() ? first : new Expr.Compare(first, List.copyOf(rest));
    }

    private @Nullable String comparisonOperator() {
        Token token = tokens.current();
        if (token.is(Token.Type.OPERATOR) && COMPARISONS.contains(token.text())) {
            return tokens.next().text();
        }
        if (tokens.skipName("in")) {
            return "in";
        }
        if (tokens.atName("not") && tokens.look().isName("in")) {
            tokens.next();
            tokens.next();
            return "not in";
        }
        return null;
    }

    private Expr sum() {
        return leftAssociative(SUMS, this::concatenation);
    }

    private Expr concatenation() {
        Expr first = product();
        if (!tokens.atOperator("~")) {
            return first;
        }
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Expr.Concat(List.copyOf(parts));
    }

    private Expr product() {
        return leftAssociative(PRODUCTS, this::power);
    }

    private Expr power() {
        return leftAssociative(POWERS, this::unaryWithFilters);
    }

    private Expr leftAssociative(Set<String> operators, Supplier<Expr> operand) {
        Expr left = operand.get();
        while (tokens.at(Token.Type.OPERATOR)
                && operators.contains(tokens.current().text())) {
            String operator = tokens.next().text();
            left = new Expr.Binary(operator, left, operand.get());
        }
        return left;
    }

    private Expr unaryWithFilters() {
        return primaries.filtersAndTests(unary());
    }

    private Expr unary() {
        if (tokens.atOperator("-") || tokens.atOperator("+")) {
            String operator = tokens.next().text();
            return primaries.postfix(new Expr.Unary(operator, nested(this::unary)));
        }
        return primaries.postfix(primaries.primary());
    }
}
