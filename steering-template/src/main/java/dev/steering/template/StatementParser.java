package dev.steering.template;

import dev.steering.template.Stmt.Signature;
import dev.steering.template.Stmt.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Reads text, print tags and statements. */
final class StatementParser {
    private static final int MAX_NESTING = 100;

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    /** Names of the open blocks, innermost first, for error messages. */
    private final Deque<String> open = new ArrayDeque<>();
    /** Loops around this place within the same macro: {@code break} needs one. */
    private int loops;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.targets = new TargetParser(tokens, expressions);
    }

    static List<Stmt> parse(String source) {
        return new StatementParser(new TokenStream(Lexer.tokenize(source))).statementsUntil(Set.of());
    }

    /** Reads up to the name of a closing tag, or to the end of the template if there are none. */
    private List<Stmt> statementsUntil(Set<String> ends) {
        List<Stmt> body = new ArrayList<>();
        while (!tokens.at(Token.Type.EOF)) {
            Token token = tokens.next();
            if (token.is(Token.Type.DATA)) {
                body.add(new Stmt.Text(token.text(), token.line()));
            } else if (token.is(Token.Type.VARIABLE_BEGIN)) {
                body.add(new Stmt.Print(expressions.tuple(true, false), token.line()));
                tokens.expect(Token.Type.VARIABLE_END);
            } else if (tokens.at(Token.Type.NAME)
                    && ends.contains(tokens.current().text())) {
                return List.copyOf(body);
            } else {
                body.addAll(statement(ends));
                tokens.expect(Token.Type.BLOCK_END);
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.fail("Unexpected end of template." + lookingFor(ends));
        }
        return List.copyOf(body);
    }

    private List<Stmt> statement(Set<String> ends) {
        if (!tokens.at(Token.Type.NAME)) {
            throw tokens.fail("tag name expected");
        }
        Token tag = tokens.current();
        open.push(tag.text());
        if (open.size() > MAX_NESTING) {
            throw tokens.fail("the statements are nested too deeply");
        }
        List<Stmt> result = tag.isName("print") ? print(tokens.next().line()) : List.of(single(tag, ends));
        open.pop();
        return result;
    }

    private Stmt single(Token tag, Set<String> ends) {
        tokens.next();
        int line = tag.line();
        return switch (tag.text()) {
            case "if" -> ifStatement(line);
            case "for" -> forStatement(line);
            case "set" -> set(line);
            case "macro" -> {
                String name = tokens.expect(Token.Type.NAME).text();
                yield new Stmt.Macro(signature(name, targets.parameters(), "endmacro"), line);
            }
            case "call" -> callBlock(line);
            case "filter" -> {
                Expr value = expressions.filterBlock(new Expr.Name(Stmt.CAPTURED));
                yield new Stmt.FilterBlock(value, body("endfilter"), line);
            }
            case "with" -> with(line);
            case "generation" -> new Stmt.Block(functionBody("endgeneration"), line);
            case "break", "continue" -> {
                if (loops == 0) {
                    throw TemplateException.syntax("'" + tag.text() + "' outside loop", line);
                }
                yield tag.isName("break") ? new Stmt.Break(line) : new Stmt.Continue(line);
            }
            case "block", "extends", "include", "import", "from", "autoescape" ->
                throw TemplateException.syntax(
                        "'" + tag.text() + "' is not supported: a chat template stands alone", line);
            default -> throw unknownTag(tag, ends);
        };
    }

    private TemplateException unknownTag(Token tag, Set<String> ends) {
        String message = "Encountered unknown tag '" + tag.text() + "'.";
        if (!ends.isEmpty()) {
            open.pop();
            message += lookingFor(ends);
        }
        return TemplateException.syntax(message, tag.line());
    }

    private String lookingFor(Set<String> ends) {
        String tags = String.join("' or '", ends.stream().sorted().toList());
        return " Jinja was looking for the following tags: '" + tags
                + "'. The innermost block that needs to be closed is '" + open.peek() + "'.";
    }

    private List<Stmt> print(int line) {
        List<Stmt> prints = new ArrayList<>();
        while (!tokens.at(Token.Type.BLOCK_END)) {
            if (!prints.isEmpty()) {
                tokens.expectOperator(",");
            }
            prints.add(new Stmt.Print(expressions.expression(), line));
        }
        return prints;
    }

    private Stmt ifStatement(int line) {
        List<Stmt.Branch> branches = new ArrayList<>();
        do {
            Expr test = expressions.tuple(false, false);
            branches.add(new Stmt.Branch(test, bodyUntil(Set.of("elif", "else", "endif"))));
        } while (tokens.skipName("elif"));
        List<Stmt> otherwise = tokens.skipName("else") ? bodyUntil(Set.of("endif")) : List.of();
        tokens.expectName("endif");
        return new Stmt.If(List.copyOf(branches), otherwise, line);
    }

    private Stmt forStatement(int line) {
        Target target = targets.target(false);
        tokens.expectName("in");
        Expr iterable = expressions.tuple(false, false);
        Expr test = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        loops++;
        List<Stmt> body = bodyUntil(Set.of("endfor", "else"));
        loops--;
        List<Stmt> otherwise = tokens.skipName("else") ? bodyUntil(Set.of("endfor")) : List.of();
        tokens.expectName("endfor");
        return new Stmt.For(target, iterable, test, recursive, body, otherwise, line);
    }

    private Stmt set(int line) {
        Target target = targets.target(true);
        if (tokens.skipOperator("=")) {
            return new Stmt.Set(target, expressions.tuple(true, false), line);
        }
        Expr value = expressions.filters(new Expr.Name(Stmt.CAPTURED));
        return new Stmt.SetBlock(target, value, body("endset"), line);
    }

    private Stmt callBlock(int line) {
        TargetParser.Parameters parameters =
                tokens.atOperator("(") ? targets.parameters() : TargetParser.Parameters.NONE;
        Expr call = expressions.expression();
        if (!(call instanceof Expr.Call callee)) {
            throw TemplateException.syntax("expected call", line);
        }
        return new Stmt.CallBlock(callee, signature("caller", parameters, "endcall"), line);
    }

    private Stmt with(int line) {
        List<Stmt.Set> assignments = new ArrayList<>();
        while (!tokens.at(Token.Type.BLOCK_END)) {
            if (!assignments.isEmpty()) {
                tokens.expectOperator(",");
            }
            Target target = targets.target(false);
            tokens.expectOperator("=");
            assignments.add(new Stmt.Set(target, expressions.expression(), line));
        }
        return new Stmt.With(List.copyOf(assignments), body("endwith"), line);
    }

    private Signature signature(String name, TargetParser.Parameters parameters, String end) {
        int start = tokens.index();
        List<Stmt> body = functionBody(end);
        return new Signature(name, parameters.names(), parameters.defaults(), body, tokens.namesSince(start));
    }

    /** The body of something that jinja2 compiles to a function, out of which a loop cannot be left. */
    private List<Stmt> functionBody(String end) {
        int outer = loops;
        loops = 0;
        List<Stmt> body = body(end);
        loops = outer;
        return body;
    }

    private List<Stmt> body(String end) {
        List<Stmt> body = bodyUntil(Set.of(end));
        tokens.expectName(end);
        return body;
    }

    /** Leaves the closing tag's name to be read. */
    private List<Stmt> bodyUntil(Set<String> ends) {
        tokens.skipOperator(":");
        tokens.expect(Token.Type.BLOCK_END);
        return statementsUntil(ends);
    }
}
