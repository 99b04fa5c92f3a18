package dev.steering.template;

import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What one rendering may spend. A hostile template ends with an error after a bounded time and in bounded memory.
 *
 * <p>The limits are far above what real prompts need: a template spends about a hundred steps per message and copies each
 * message a handful of times. Everything that takes time or memory in proportion to some length must be charged here
 * <em>before</em> it is done.
 */
final class Budget {
    /** Nodes evaluated, loop turns and (divided by 32) characters looked at. */
    static final long MAX_WORK = 5_000_000;
    /** Characters built over the whole rendering, garbage included; a list element counts as eight. */
    static final long MAX_ALLOCATED = 1L << 26;
    /** Characters in the result. */
    static final long MAX_OUTPUT = 1L << 24;
    /** Nested evaluations; each is a few Java frames. */
    static final int MAX_DEPTH = 400;
    /** Nesting of lists and dicts when they are printed or compared. */
    static final int MAX_NESTING = 200;
    /** Python refuses to print or read integers of more than 4300 digits; this is as many bits. */
    static final int MAX_INTEGER_BITS = 14_284;

    private static final int SCAN_SHIFT = 5;
    private static final int ELEMENT = 8;

    /** What a string that is marked as safe costs to remember, in elements. */
    private static final int MARK = 8;

    private final Set<String> marked = Collections.newSetFromMap(new IdentityHashMap<>());
    private long work;
    private long allocated;
    private int depth;

    void step() {
        work(1);
    }

    /** Looking at {@code length} characters. */
    void scan(long length) {
        work(1 + (length >> SCAN_SHIFT));
    }

    /** Building a string of {@code length} characters. */
    void allocate(long length) {
        scan(length);
        allocated += length;
        if (length < 0 || allocated > MAX_ALLOCATED || allocated < 0) {
            throw new EvalError("the template builds too much text (more than " + MAX_ALLOCATED + " characters)");
        }
    }

    /** Building a list of {@code size} elements. */
    void elements(long size) {
        work(Math.max(size, 1));
        allocate(Math.min(size, MAX_ALLOCATED) * ELEMENT);
    }

    /** Remembers that this very string, and no other that equals it, is marked as safe: see {@link Markup}. */
    String marked(String text) {
        elements(MARK);
        marked.add(text);
        return text;
    }

    boolean isMarked(String text) {
        return !marked.isEmpty() && marked.contains(text);
    }

    void output(long total) {
        if (total > MAX_OUTPUT) {
            throw new EvalError("the template's output is too long (more than " + MAX_OUTPUT + " characters)");
        }
    }

    void enter() {
        step();
        if (++depth > MAX_DEPTH) {
            throw new EvalError("maximum recursion depth exceeded");
        }
    }

    void leave() {
        depth--;
    }

    static void nesting(int depth) {
        if (depth > MAX_NESTING) {
            throw new EvalError("maximum recursion depth exceeded");
        }
    }

    static void integerBits(long bits) {
        if (bits > MAX_INTEGER_BITS) {
            throw new EvalError("Exceeds the limit (4300 digits) for integers");
        }
    }

    static BigInteger checked(BigInteger value) {
        integerBits(value.bitLength());
        return value;
    }

    private void work(long amount) {
        work += amount;
        if (work > MAX_WORK || amount < 0) {
            throw new EvalError("the template does too much work (more than " + MAX_WORK + " steps)");
        }
    }
}
