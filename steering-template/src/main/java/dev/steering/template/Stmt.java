package dev.steering.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement, a piece of text, or a print tag. */
sealed interface Stmt {
    /** The 1-based line it starts on. */
    int line();

    record Text(String text, int line) implements Stmt {}

    record Print(Expr value, int line) implements Stmt {}

    record If(List<Branch> branches, List<Stmt> otherwise, int line) implements Stmt {}

    record Branch(Expr test, List<Stmt> body) {}

    record For(
            Target target,
            Expr iterable,
            @Nullable Expr test,
            boolean recursive,
            List<Stmt> body,
            List<Stmt> otherwise,
            int line)
            implements Stmt {}

    record Set(Target target, Expr value, int line) implements Stmt {}

    /** {@code value} says what to do with the text of the body, found under the name {@link #CAPTURED}. */
    record SetBlock(Target target, Expr value, List<Stmt> body, int line) implements Stmt {}

    /** As in {@link SetBlock}, but the value is printed. */
    record FilterBlock(Expr value, List<Stmt> body, int line) implements Stmt {}

    record Macro(Signature signature, int line) implements Stmt {}

    /** {@code {% call(params) f(...) %}}: {@code caller.body} becomes the function {@code caller} of the call. */
    record CallBlock(Expr.Call call, Signature caller, int line) implements Stmt {}

    record With(List<Set> assignments, List<Stmt> body, int line) implements Stmt {}

    /** A body whose assignments stay inside: {@code {% generation %}}. */
    record Block(List<Stmt> body, int line) implements Stmt {}

    record Break(int line) implements Stmt {}

    record Continue(int line) implements Stmt {}

    /**
     * A macro.
     *
     * @param defaults of the last parameters
     * @param mentions names that stand somewhere in the body; decides whether it takes {@code varargs}, {@code kwargs} and
     *     a {@code caller}
     */
    record Signature(
            String name,
            List<String> parameters,
            List<Expr> defaults,
            List<Stmt> body,
            java.util.Set<String> mentions) {}

    /** Not a name that a template could write. */
    String CAPTURED = "(captured)";

    /** What can stand left of {@code =} or {@code in}. */
    sealed interface Target {
        record ToName(String name) implements Target {}

        record ToAttribute(String namespace, String attribute) implements Target {}

        record ToTuple(List<Target> targets) implements Target {}
    }
}
