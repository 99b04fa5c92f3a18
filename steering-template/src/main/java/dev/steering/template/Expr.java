package dev.steering.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression. */
sealed interface Expr {
    /** A constant: a string, number, boolean or {@link Values.None}. */
    record Literal(Object value) implements Expr {}

    record Name(String name) implements Expr {}

    record TupleOf(List<Expr> items) implements Expr {}

    record ListOf(List<Expr> items) implements Expr {}

    record DictOf(List<Pair> pairs) implements Expr {}

    record Pair(Expr key, Expr value) {}

    /** {@code target.name}: an attribute first, then an item. */
    record Attribute(Expr target, String name) implements Expr {}

    /** {@code target[key]}: an item first, then an attribute. */
    record Item(Expr target, Expr key) implements Expr {}

    /** {@code start:stop:step} inside brackets. */
    record Slice(@Nullable Expr start, @Nullable Expr stop, @Nullable Expr step) implements Expr {}

    record Call(Expr callee, Arguments arguments) implements Expr {}

    record Filter(Expr operand, String name, Arguments arguments) implements Expr {}

    record Test(Expr operand, String name, Arguments arguments) implements Expr {}

    record Not(Expr operand) implements Expr {}

    record And(Expr left, Expr right) implements Expr {}

    record Or(Expr left, Expr right) implements Expr {}

    /** {@code operator} is {@code +} or {@code -}. */
    record Unary(String operator, Expr operand) implements Expr {}

    /** {@code operator} is one of {@code + - * / // % **}. */
    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** {@code a ~ b ~ c}. */
    record Concat(List<Expr> parts) implements Expr {}

    /** {@code first < second <= third ...}. */
    record Compare(Expr first, List<Comparison> rest) implements Expr {}

    /** {@code operator} is one of {@code == != < <= > >= in}, or {@code not in}. */
    record Comparison(String operator, Expr right) {}

    record Conditional(Expr test, Expr then, @Nullable Expr otherwise) implements Expr {}

    /** What a call, filter or test is given: {@code (a, b, key=c, *star, **doubleStar)}. */
    record Arguments(
            List<Expr> positional, Map<String, Expr> keywords, @Nullable Expr star, @Nullable Expr doubleStar) {
        static final Arguments NONE = new Arguments(List.of(), Map.of(), null, null);

        boolean isEmpty() {
            return positional.isEmpty() && keywords.isEmpty() && star == null && doubleStar == null;
        }
    }
}
