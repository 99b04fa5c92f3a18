package dev.steering.gradient.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.gradient.rules.FiniteDifferences.Variable;
import dev.steering.gradient.rules.FiniteDifferences.Writer;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule alone, by finite differences with respect to every input that it propagates to. */
class GradientRulesTest {
    private static final double TOLERANCE = 1e-4;

    /** One operator on some inputs. */
    private record Case(String operator, Writer writer, Map<String, Variable> inputs) {
        @Override
        public String toString() {
            return operator + " "
                    + new TreeMap<>(inputs)
                            .values().stream().map(Variable::shape).toList();
        }
    }

    private static Case one(String operator, Variable x) {
        return one(operator, Map.of(), x);
    }

    private static Case one(String operator, Map<String, Object> attributes, Variable x) {
        return new Case(operator, tape -> tape.node(operator, attributes, "x"), Map.of("x", x));
    }

    private static Case two(String operator, Variable a, Variable b) {
        return two(operator, Map.of(), a, b);
    }

    private static Case two(String operator, Map<String, Object> attributes, Variable a, Variable b) {
        return new Case(operator, tape -> tape.node(operator, attributes, "a", "b"), Map.of("a", a, "b", b));
    }

    private static Case reduced(String operator, Variable x, long... axes) {
        return new Case(
                operator, tape -> tape.node(operator, Map.of("keepdims", 1L), "x", tape.longs(axes)), Map.of("x", x));
    }

    private static Case product(boolean transA, boolean transB, Variable a, Variable b) {
        Map<String, Object> attributes = Map.of("transA", transA ? 1L : 0L, "transB", transB ? 1L : 0L, "alpha", 0.7f);
        return two("FusedMatMul", attributes, a, b);
    }

    static Stream<Case> elementwise() {
        Variable positive = Variable.between(0.5, 2, 2, 3, 4);
        Variable some = Variable.of(2, 3, 4);
        return Stream.of(
                two("Add", some, Variable.of(4)),
                two("Add", some, Variable.of(2, 1, 4)),
                two("Add", Variable.of(1, 3, 1), some),
                new Case("Add", tape -> tape.node("Add", "x", tape.node("Add", "x", "x")), Map.of("x", some)),
                two("Sub", some, Variable.of(3, 1)),
                two("Sub", Variable.of(1), some),
                two("Mul", some, Variable.of(2, 3, 1)),
                new Case("Mul", tape -> tape.node("Mul", "x", "x"), Map.of("x", some)),
                two("Div", some, Variable.between(0.5, 2, 2, 3, 1)),
                two("Div", Variable.of(4), positive),
                two("Min", Variable.between(-1, -0.2, 2, 3, 4), Variable.between(0, 1, 3, 1)),
                two("Min", Variable.between(0.2, 1, 2, 3, 4), Variable.between(-1, 0, 3, 1)),
                new Case(
                        "Where",
                        tape -> tape.node("Where", tape.node("Less", "c", tape.number(0)), "a", "b"),
                        Map.of("a", some, "b", Variable.of(3, 1), "c", far(some))),
                one("Neg", some),
                one("Exp", some),
                one("Log", positive),
                one("Sqrt", positive),
                one("Tanh", some),
                one("Sigmoid", some),
                one("Erf", some),
                one("Atanh", Variable.between(-0.6, 0.6, 2, 3)),
                one("Relu", far(some)));
    }

    static Stream<Case> reductions() {
        Variable some = Variable.of(2, 3, 4);
        return Stream.of(
                reduced("ReduceSum", some, 2),
                reduced("ReduceSum", some, 0, 1),
                reduced("ReduceMean", some, -1),
                reduced("ReduceMean", some, 0, 2),
                reduced("ReduceSumSquare", some, -1),
                reduced("ReduceLogSumExp", some, 1),
                one("Softmax", Map.of("axis", -1L), some),
                one("LogSoftmax", Map.of("axis", -1L), some));
    }

    static Stream<Case> products() {
        Variable a = Variable.of(2, 3, 4);
        return Stream.of(
                two("MatMul", Variable.of(3, 4), Variable.of(4, 5)),
                two("MatMul", a, Variable.of(2, 4, 5)),
                two("MatMul", a, Variable.of(4, 5)),
                two("MatMul", Variable.of(2, 3, 1), Variable.of(1, 5)),
                product(false, true, a, Variable.of(5, 4)),
                product(false, false, a, Variable.of(2, 4, 5)),
                product(false, true, a, Variable.of(2, 5, 4)),
                product(true, false, a, Variable.of(2, 3, 5)),
                product(true, true, a, Variable.of(2, 5, 3)));
    }

    static Stream<Case> movements() {
        Variable some = Variable.of(2, 3, 4);
        return Stream.of(
                new Case("Reshape", tape -> tape.node("Reshape", "x", tape.longs(0, -1)), Map.of("x", some)),
                new Case("Unsqueeze", tape -> tape.node("Unsqueeze", "x", tape.longs(1)), Map.of("x", some)),
                one("Transpose", Map.of("perm", new long[] {1, 2, 0}), some),
                new Case(
                        "Slice",
                        tape -> tape.node("Slice", "x", tape.longs(1), tape.longs(3), tape.longs(1)),
                        Map.of("x", Variable.of(2, 4))),
                new Case(
                        "Gather",
                        tape -> tape.node("Gather", "x", tape.longs(2, 0, 2, 2)),
                        Map.of("x", Variable.of(3, 4))),
                new Case(
                        "GatherElements",
                        tape -> tape.node("GatherElements", Map.of("axis", 1L), "x", column(tape, 3, 0)),
                        Map.of("x", Variable.of(2, 4))),
                new Case(
                        "ScatterElements",
                        tape -> tape.node("ScatterElements", Map.of("axis", 1L), "a", column(tape, 1, 3), "b"),
                        Map.of("a", Variable.of(2, 4), "b", Variable.of(2, 1))),
                new Case(
                        "ScatterND",
                        tape -> tape.node(
                                "ScatterND", "a", tape.node("Reshape", tape.longs(0, 2, 1, 1), tape.longs(2, 2)), "b"),
                        Map.of("a", some, "b", Variable.of(2, 4))),
                new Case("RotaryEmbedding", tape -> rotated(tape, Map.of("interleaved", 0L)), heads(4)),
                new Case(
                        "RotaryEmbedding",
                        tape -> rotated(tape, Map.of("interleaved", 0L, "num_heads", 3L, "rotary_embedding_dim", 8L)),
                        heads(6)));
    }

    private static String column(Tape tape, long... values) {
        return tape.node("Unsqueeze", tape.longs(values), tape.longs(1));
    }

    /** Tables of 4 pairs whose rows are not of length 1, as with an attention factor. */
    private static String rotated(Tape tape, Map<String, Object> attributes) {
        return tape.node("RotaryEmbedding", attributes, "x", tape.longs(1), "cos", "sin");
    }

    private static Map<String, Variable> heads(int pairs) {
        return Map.of("x", Variable.of(2, 3, 4, 2 * pairs), "cos", Variable.of(6, 4), "sin", Variable.of(6, 4));
    }

    /** The same without values near 0. */
    private static Variable far(Variable variable) {
        return new Variable(
                variable.shape(),
                variable.values().stream().map(v -> v < 0 ? v - 0.3 : v + 0.3).toList());
    }

    static Stream<Case> all() {
        return Stream.of(elementwise(), reductions(), products(), movements()).flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("all")
    void agreesWithDifferences(Case of) {
        for (String by : of.inputs().keySet()) {
            boolean constant = by.equals("c") || by.equals("cos") || by.equals("sin");
            if (!constant) {
                double error = FiniteDifferences.error(of.writer(), of.inputs(), by);
                assertTrue(error < TOLERANCE, () -> of + " by " + by + ": " + error);
            }
        }
    }

    @Test
    void everyRuleHasACase() {
        TreeSet<String> tested = new TreeSet<>();
        all().forEach(of -> tested.add(of.operator()));
        assertEquals(GradientRules.operators(), tested);
    }

    @Test
    void anOperatorWithoutRuleIsNamed() {
        Tape tape = new Tape("test");
        tape.input("x", DType.F32, Shape.of(3));
        String value = tape.opaque(Shape.of(3), "Sinh", "x");
        SteeringException e = assertThrows(
                SteeringException.class, () -> Differentiator.differentiate(tape, Map.of(value, "x"), "x"));
        assertTrue(e.getMessage().contains("the operator Sinh ('sinh.0') has no gradient rule"), e.getMessage());
        assertTrue(e.getMessage().contains("[Add, Atanh, Div,"), e.getMessage());
    }

    @Test
    void anOperatorOfUnknownShapeIsNamed() {
        Tape tape = new Tape("test");
        tape.input("x", DType.F32, Shape.of(3));
        SteeringException e = assertThrows(SteeringException.class, () -> tape.node("Sinh", "x"));
        assertTrue(e.getMessage().contains("the operator Sinh ('sinh.0')"), e.getMessage());
    }

    @Test
    void gradientsOfConstantsAreNotComputed() {
        Tape tape = new Tape("test");
        tape.input("x", DType.F32, Shape.of("n", 3));
        tape.input("w", DType.F32, Shape.of(4, 3));
        tape.input("g", DType.F32, Shape.of("n", 4));
        String scaled = tape.node("Mul", "w", tape.number(2));
        String y = tape.product("x", false, scaled, true, 1);
        int before = tape.nodes().size();
        String gradient = Differentiator.differentiate(tape, Map.of(y, "g"), "x");
        assertEquals(Shape.of("n", 3), tape.shape(gradient));
        assertEquals(before + 1, tape.nodes().size());
        assertEquals("MatMul", tape.nodes().get(before).operator());
    }

    @Test
    void whatNothingDependsOnIsRefused() {
        Tape tape = new Tape("test");
        tape.input("x", DType.F32, Shape.of(3));
        tape.input("z", DType.F32, Shape.of(3));
        String y = tape.node("Exp", "x");
        assertThrows(
                IllegalArgumentException.class,
                () -> Differentiator.differentiate(tape, Map.of(y, tape.number(1)), "z"));
    }
}
