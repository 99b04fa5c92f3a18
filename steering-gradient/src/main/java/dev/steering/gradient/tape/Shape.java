package dev.steering.gradient.tape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Sizes of a value, as far as they are known before it is computed. Immutable.
 *
 * @param axes one text per axis: a number, the name of a size that only the run knows, or a product of such ({@code 4*sequence});
 *     equal sizes have equal texts
 */
public record Shape(List<String> axes) {
    private static final String TIMES = "*";

    public Shape {
        axes = List.copyOf(axes);
    }

    /** A {@link Long} or {@link Integer} for a fixed size, a name for one that is not. */
    public static Shape of(Object... sizes) {
        return new Shape(Arrays.stream(sizes).map(String::valueOf).toList());
    }

    public int rank() {
        return axes.size();
    }

    /** The axis from the front, or from the back if negative. */
    public String axis(int index) {
        return axes.get(index < 0 ? index + rank() : index);
    }

    public boolean fixed(int index) {
        return isNumber(axis(index));
    }

    Shape with(int index, String size) {
        List<String> changed = new ArrayList<>(axes);
        changed.set(index < 0 ? index + rank() : index, size);
        return new Shape(changed);
    }

    public Shape first(int count) {
        return new Shape(axes.subList(0, count));
    }

    Shape last(int count) {
        return new Shape(axes.subList(rank() - count, rank()));
    }

    Shape then(Shape more) {
        List<String> all = new ArrayList<>(axes);
        all.addAll(more.axes);
        return new Shape(all);
    }

    /** The shape of an elementwise operation on values of two shapes. */
    Shape broadcast(Shape other) {
        if (rank() < other.rank()) {
            return other.broadcast(this);
        }
        List<String> all = new ArrayList<>(axes);
        for (int i = 1; i <= other.rank(); i++) {
            String here = axis(-i);
            String there = other.axis(-i);
            if (!here.equals(there) && !there.equals("1")) {
                if (!here.equals("1")) {
                    throw new IllegalArgumentException(this + " and " + other + " cannot be broadcast");
                }
                all.set(rank() - i, there);
            }
        }
        return new Shape(all);
    }

    /** Number of elements. */
    public String product() {
        return product(axes);
    }

    public static String product(List<String> sizes) {
        long number = 1;
        TreeMap<String, Integer> names = new TreeMap<>();
        for (String factor : factors(sizes)) {
            if (isNumber(factor)) {
                number *= Long.parseLong(factor);
            } else {
                names.merge(factor, 1, Integer::sum);
            }
        }
        List<String> all = new ArrayList<>();
        names.forEach((name, power) -> all.addAll(java.util.Collections.nCopies(power, name)));
        if (number != 1 || all.isEmpty()) {
            all.add(0, Long.toString(number));
        }
        return String.join(TIMES, all);
    }

    /** What {@code sizes} have to be multiplied with to make this shape's number of elements. */
    String quotient(List<String> sizes) {
        List<String> rest = new ArrayList<>(factors(axes));
        long divisor = 1;
        for (String factor : factors(sizes)) {
            if (isNumber(factor)) {
                divisor *= Long.parseLong(factor);
            } else if (!rest.remove(factor)) {
                throw new IllegalArgumentException(this + " cannot be divided by " + sizes);
            }
        }
        long number =
                rest.stream().filter(Shape::isNumber).mapToLong(Long::parseLong).reduce(1, (a, b) -> a * b);
        if (number % divisor != 0) {
            throw new IllegalArgumentException(this + " cannot be divided by " + sizes);
        }
        rest.removeIf(Shape::isNumber);
        rest.add(Long.toString(number / divisor));
        return product(rest);
    }

    private static List<String> factors(List<String> sizes) {
        return sizes.stream().flatMap(size -> Arrays.stream(size.split("\\*"))).toList();
    }

    private static boolean isNumber(String size) {
        return size.chars().allMatch(Character::isDigit);
    }

    @Override
    public String toString() {
        return axes.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
