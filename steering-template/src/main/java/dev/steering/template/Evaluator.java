package dev.steering.template;

import dev.steering.template.Expr.Arguments;
import dev.steering.template.Expr.Comparison;
import dev.steering.template.Values.Callable;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes the value of an expression. */
final class Evaluator {
    private final Budget budget;

    Evaluator(Budget budget) {
        this.budget = budget;
    }

    Object evaluate(Expr expr, VariableScope scope) {
        budget.enter();
        Object value = operand(expr, scope);
        budget.leave();
        return value;
    }

    private Object operand(Expr expr, VariableScope scope) {
        if (expr instanceof Expr.Literal literal) {
            return literal.value();
        } else if (expr instanceof Expr.Name name) {
            return scope.get(name.name(), budget);
        } else if (expr instanceof Expr.Attribute attribute) {
            return Members.attribute(evaluate(attribute.target(), scope), attribute.name(), budget);
        } else if (expr instanceof Expr.Item item) {
            Object target = evaluate(item.target(), scope);
            return Members.subscript(target, evaluate(item.key(), scope), budget);
        } else if (expr instanceof Expr.Slice slice) {
            return new Members.Slice(
                    bound(slice.start(), scope), bound(slice.stop(), scope), bound(slice.step(), scope));
        } else if (expr instanceof Expr.Call call) {
            return call(call, scope, null);
        } else if (expr instanceof Expr.Filter filter) {
            Object value = evaluate(filter.operand(), scope);
            return Filters.apply(filter.name(), value, arguments(filter.arguments(), scope), budget);
        } else if (expr instanceof Expr.Test test) {
            Object value = evaluate(test.operand(), scope);
            return Tests.apply(test.name(), value, arguments(test.arguments(), scope), budget);
        }
        return operator(expr, scope);
    }

    private Object operator(Expr expr, VariableScope scope) {
        if (expr instanceof Expr.Binary binary) {
            Object left = evaluate(binary.left(), scope);
            Object right = evaluate(binary.right(), scope);
            return Operators.binary(binary.operator(), left, right, budget);
        } else if (expr instanceof Expr.Compare compare) {
            return compare(compare, scope);
        } else if (expr instanceof Expr.Not not) {
            return !Types.truth(evaluate(not.operand(), scope));
        } else if (expr instanceof Expr.And and) {
            Object left = evaluate(and.left(), scope);
            return Types.truth(left) ? evaluate(and.right(), scope) : left;
        } else if (expr instanceof Expr.Or or) {
            Object left = evaluate(or.left(), scope);
            return Types.truth(left) ? left : evaluate(or.right(), scope);
        } else if (expr instanceof Expr.Conditional conditional) {
            return conditional(conditional, scope);
        } else if (expr instanceof Expr.Unary unary) {
            return Operators.unary(unary.operator(), evaluate(unary.operand(), scope));
        } else if (expr instanceof Expr.Concat concat) {
            return StringMethods.join("", evaluateAll(concat.parts(), scope), true, budget);
        }
        return display(expr, scope);
    }

    private Object display(Expr expr, VariableScope scope) {
        if (expr instanceof Expr.ListOf list) {
            return evaluateAll(list.items(), scope);
        } else if (expr instanceof Expr.TupleOf tuple) {
            return new Tuple(evaluateAll(tuple.items(), scope));
        } else if (expr instanceof Expr.DictOf dict) {
            Map<Object, Object> entries = new LinkedHashMap<>();
            budget.elements(2L * dict.pairs().size());
            for (Expr.Pair pair : dict.pairs()) {
                Object key = evaluate(pair.key(), scope);
                Dicts.put(entries, key, evaluate(pair.value(), scope), budget);
            }
            return entries;
        }
        throw new IllegalArgumentException(expr.getClass().getName());
    }

    private List<Object> evaluateAll(List<Expr> exprs, VariableScope scope) {
        budget.elements(exprs.size());
        List<Object> values = new ArrayList<>(exprs.size());
        for (Expr expr : exprs) {
            values.add(evaluate(expr, scope));
        }
        return values;
    }

    private @Nullable Object bound(@Nullable Expr expr, VariableScope scope) {
        return expr == null ? null : evaluate(expr, scope);
    }

    private Object conditional(Expr.Conditional conditional, VariableScope scope) {
        if (Types.truth(evaluate(conditional.test(), scope))) {
            return evaluate(conditional.then(), scope);
        }
        Expr otherwise = conditional.otherwise();
        return otherwise == null
                ? new Undefined("the inline if-expression evaluated to false and no else section was defined.")
                : evaluate(otherwise, scope);
    }

    private Object compare(Expr.Compare compare, VariableScope scope) {
        Object left = evaluate(compare.first(), scope);
        for (Comparison comparison : compare.rest()) {
            Object right = evaluate(comparison.right(), scope);
            if (!Compare.test(comparison.operator(), left, right, budget)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    /** @param caller what a call block passes, or null */
    Object call(Expr.Call call, VariableScope scope, @Nullable Macro caller) {
        Object callee = evaluate(call.callee(), scope);
        Args args = arguments(call.arguments(), scope);
        if (callee instanceof Callable callable) {
            return callable.call(caller == null ? args : args.with("caller", caller));
        } else if (callee instanceof Undefined undefined) {
            throw undefined.fail();
        }
        throw new EvalError("'" + Types.name(callee) + "' object is not callable");
    }

    private Args arguments(Arguments arguments, VariableScope scope) {
        if (arguments.isEmpty()) {
            return Args.NONE;
        }
        List<Object> positional = evaluateAll(arguments.positional(), scope);
        Map<String, Object> keywords = new LinkedHashMap<>();
        arguments.keywords().forEach((name, expr) -> keywords.put(name, evaluate(expr, scope)));
        if (arguments.star() != null) {
            List<Object> more = Types.elements(evaluate(arguments.star(), scope), budget);
            budget.elements(more.size());
            positional.addAll(more);
        }
        if (arguments.doubleStar() != null) {
            Object more = evaluate(arguments.doubleStar(), scope);
            if (!(more instanceof Map)) {
                throw new EvalError("argument after ** must be a mapping, not " + Types.name(more));
            }
            budget.elements(Types.length(more, budget));
            Types.dict(more).forEach((key, value) -> keywords.put(keyword(key), value));
        }
        return new Args(positional, keywords);
    }

    private static String keyword(Object key) {
        if (key instanceof String name) {
            return name;
        }
        throw new EvalError(key == None.NONE ? "keywords must be strings, not None" : "keywords must be strings");
    }
}
