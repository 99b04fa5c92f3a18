package dev.steering.template;

import dev.steering.template.Stmt.Target;
import dev.steering.template.Values.Callable;
import dev.steering.template.Values.Namespace;
import java.util.ArrayList;
import java.util.List;

/** Runs statements: one instance renders once. */
final class Interpreter {
    private final Budget budget;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();
    private int line = 1;

    Interpreter(Budget budget) {
        this.budget = budget;
        this.evaluator = new Evaluator(budget);
    }

    /** How a statement ended. */
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    String run(List<Stmt> template, VariableScope scope) {
        execute(template, scope);
        return out.toString();
    }

    /** The statement being run, or the one that failed. */
    int line() {
        return line;
    }

    Object evaluate(Expr expr, VariableScope scope) {
        return evaluator.evaluate(expr, scope);
    }

    /** @param defaults fills in missing parameters, within the call's depth */
    String macroBody(List<Stmt> body, VariableScope scope, Runnable defaults) {
        int callLine = line;
        budget.enter();
        defaults.run();
        String text = capture(body, scope).text();
        budget.leave();
        line = callLine;
        return text;
    }

    private Flow execute(List<Stmt> body, VariableScope scope) {
        budget.enter();
        Flow flow = Flow.NEXT;
        for (int i = 0; i < body.size() && flow == Flow.NEXT; i++) {
            budget.step();
            line = body.get(i).line();
            flow = execute(body.get(i), scope);
        }
        budget.leave();
        return flow;
    }

    private Flow execute(Stmt stmt, VariableScope scope) {
        if (stmt instanceof Stmt.Text text) {
            write(text.text());
        } else if (stmt instanceof Stmt.Print print) {
            write(Repr.str(evaluate(print.value(), scope), budget));
        } else if (stmt instanceof Stmt.Set set) {
            assign(set, scope, scope);
        } else if (stmt instanceof Stmt.Macro macro) {
            scope.set(macro.signature().name(), new Macro(macro.signature(), scope, this));
        } else if (stmt instanceof Stmt.CallBlock block) {
            Macro caller = new Macro(block.caller(), scope, this);
            write(Repr.str(evaluator.call(block.call(), scope, caller), budget));
        } else if (stmt instanceof Stmt.Break) {
            return Flow.BREAK;
        } else if (stmt instanceof Stmt.Continue) {
            return Flow.CONTINUE;
        } else {
            return compound(stmt, scope);
        }
        return Flow.NEXT;
    }

    private Flow compound(Stmt stmt, VariableScope scope) {
        if (stmt instanceof Stmt.If choice) {
            return choose(choice, scope);
        } else if (stmt instanceof Stmt.For loop) {
            return loop(loop, evaluate(loop.iterable(), scope), scope, 0);
        } else if (stmt instanceof Stmt.SetBlock block) {
            Captured captured = capture(block.body(), scope.inner());
            if (captured.flow() == Flow.NEXT) {
                assign(block.target(), withCaptured(block.value(), captured, scope), scope);
            }
            return captured.flow();
        } else if (stmt instanceof Stmt.FilterBlock block) {
            Captured captured = capture(block.body(), scope.inner());
            if (captured.flow() == Flow.NEXT) {
                write(Repr.str(withCaptured(block.value(), captured, scope), budget));
            }
            return captured.flow();
        } else if (stmt instanceof Stmt.With with) {
            VariableScope inner = scope.inner();
            // values see the scope outside, not each other
            with.assignments().forEach(set -> assign(set, scope, inner));
            return execute(with.body(), inner);
        } else if (stmt instanceof Stmt.Block block) {
            return execute(block.body(), scope.inner());
        }
        throw new IllegalArgumentException(stmt.getClass().getName());
    }

    private void assign(Stmt.Set set, VariableScope values, VariableScope names) {
        assign(set.target(), evaluate(set.value(), values), names);
    }

    private Flow choose(Stmt.If choice, VariableScope scope) {
        for (Stmt.Branch branch : choice.branches()) {
            if (Types.truth(evaluate(branch.test(), scope))) {
                return execute(branch.body(), scope);
            }
        }
        return execute(choice.otherwise(), scope);
    }

    private Flow loop(Stmt.For loop, Object iterable, VariableScope scope, int depth) {
        List<Object> items = items(loop, iterable, scope);
        Callable recursion = loop.recursive() ? args -> recurse(loop, args, scope, depth + 1) : null;
        LoopContext context = new LoopContext(items, depth, recursion, budget);
        // as in jinja2, a body that was left early does not count as a turn
        boolean anyTurn = false;
        for (int i = 0; i < items.size(); i++) {
            VariableScope inner = scope.inner();
            assign(loop.target(), context.advance(), inner);
            inner.set("loop", context);
            Flow flow = execute(loop.body(), inner);
            anyTurn |= flow == Flow.NEXT;
            if (flow == Flow.BREAK) {
                break;
            }
        }
        return anyTurn ? Flow.NEXT : execute(loop.otherwise(), scope.inner());
    }

    private List<Object> items(Stmt.For loop, Object iterable, VariableScope scope) {
        List<Object> items = Types.elements(iterable, budget);
        Expr test = loop.test();
        if (test == null) {
            return items;
        }
        List<Object> kept = new ArrayList<>();
        for (Object item : items) {
            VariableScope inner = scope.inner();
            assign(loop.target(), item, inner);
            if (Types.truth(evaluate(test, inner))) {
                budget.elements(1);
                kept.add(item);
            }
        }
        return kept;
    }

    private Object recurse(Stmt.For loop, Args args, VariableScope scope, int depth) {
        Object iterable = args.bind("loop", "iterable").required(0);
        StringBuilder outer = out;
        out = new StringBuilder();
        budget.enter();
        loop(loop, iterable, scope, depth);
        budget.leave();
        String text = out.toString();
        out = outer;
        return text;
    }

    private void assign(Target target, Object value, VariableScope scope) {
        if (target instanceof Target.ToName name) {
            scope.set(name.name(), value);
        } else if (target instanceof Target.ToAttribute attribute) {
            if (!(scope.get(attribute.namespace(), budget) instanceof Namespace namespace)) {
                throw new EvalError("cannot assign attribute on non-namespace object");
            }
            namespace.attributes().put(attribute.attribute(), value);
            budget.elements(1);
        } else if (target instanceof Target.ToTuple tuple) {
            unpack(tuple.targets(), value, scope);
        }
    }

    private void unpack(List<Target> targets, Object value, VariableScope scope) {
        if (!Types.isIterable(value)) {
            throw new EvalError("cannot unpack non-iterable " + Types.name(value) + " object");
        }
        List<Object> items = Types.elements(value, budget);
        if (items.size() > targets.size()) {
            throw new EvalError("too many values to unpack (expected " + targets.size() + ")");
        } else if (items.size() < targets.size()) {
            throw new EvalError(
                    "not enough values to unpack (expected " + targets.size() + ", got " + items.size() + ")");
        }
        for (int i = 0; i < items.size(); i++) {
            assign(targets.get(i), items.get(i), scope);
        }
    }

    /** Text that went to a variable instead of the output. */
    private record Captured(String text, Flow flow) {}

    private Captured capture(List<Stmt> body, VariableScope scope) {
        StringBuilder outer = out;
        out = new StringBuilder();
        Flow flow = execute(body, scope);
        String text = out.toString();
        out = outer;
        return new Captured(text, flow);
    }

    private Object withCaptured(Expr value, Captured captured, VariableScope scope) {
        VariableScope inner = scope.inner();
        inner.set(Stmt.CAPTURED, captured.text());
        return evaluate(value, inner);
    }

    private void write(String text) {
        budget.allocate(text.length());
        budget.output((long) out.length() + text.length());
        out.append(text);
    }
}
