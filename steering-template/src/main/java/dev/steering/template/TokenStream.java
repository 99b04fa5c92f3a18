package dev.steering.template;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tokens with one place to read from; the last token is always {@code EOF} and is never passed. */
final class TokenStream {
    private final List<Token> tokens;
    private int index;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(index);
    }

    Token look() {
        return tokens.get(Math.min(index + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        index = Math.min(index + 1, tokens.size() - 1);
        return token;
    }

    int index() {
        return index;
    }

    /** Names between an earlier {@link #index} and here. */
    Set<String> namesSince(int start) {
        return tokens.subList(start, index).stream()
                .filter(token -> token.is(Token.Type.NAME))
                .map(Token::text)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean at(Token.Type type) {
        return current().is(type);
    }

    boolean atOperator(String operator) {
        return current().isOperator(operator);
    }

    boolean atName(String name) {
        return current().isName(name);
    }

    boolean skipOperator(String operator) {
        return skipIf(atOperator(operator));
    }

    boolean skipName(String name) {
        return skipIf(atName(name));
    }

    private boolean skipIf(boolean matches) {
        if (matches) {
            next();
        }
        return matches;
    }

    Token expect(Token.Type type) {
        return expect(at(type), type.description());
    }

    void expectOperator(String operator) {
        expect(atOperator(operator), operator);
    }

    void expectName(String name) {
        expect(atName(name), name);
    }

    private Token expect(boolean found, String wanted) {
        if (found) {
            return next();
        }
        if (at(Token.Type.EOF)) {
            throw fail("unexpected end of template, expected '" + wanted + "'.");
        }
        throw fail("expected token '" + wanted + "', got '" + current().describe() + "'");
    }

    TemplateException fail(String message) {
        return TemplateException.syntax(message, current().line());
    }
}
