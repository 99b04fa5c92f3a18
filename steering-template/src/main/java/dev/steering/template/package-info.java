/**
 * Renders chat templates: the Jinja2 programs that Hugging Face checkpoints carry to turn messages into a prompt.
 *
 * <p>The doors are {@link dev.steering.template.ChatTemplate} and
 * {@link dev.steering.template.TemplateException}; everything else is the interpreter. It follows Python's jinja2 3.1
 * with the settings of Hugging Face transformers ({@code ImmutableSandboxedEnvironment}, {@code trim_blocks},
 * {@code lstrip_blocks}, loop controls, {@code generation} blocks, a plain {@code tojson}), because a prompt that differs
 * by one byte moves the activations that this toolkit measures. Text that {@code safe} or {@code escape} has marked is
 * {@code Markup}. Not there: blocks and inheritance, imports, autoescape, and the filters that make web pages.
 *
 * <p>The way through: {@code Lexer} makes tokens, {@code StatementParser} and {@code ExpressionParser} make {@code Stmt}
 * and {@code Expr}, {@code Interpreter} runs the one and {@code Evaluator} the other. A template comes from a stranger, so
 * it sees only the values of {@code Values} and plain strings, numbers, lists and maps, never a Java object, and pays from
 * a {@code Budget} for all it does.
 */
@NullMarked
package dev.steering.template;

import org.jspecify.annotations.NullMarked;
