package dev.steering.cli.commands;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers with a lower bound: a value out of range is an error, never quietly another value. */
final class Numbers {
    private Numbers() {}

    /** 1, 2, 3, ... */
    static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return atLeast(1, text);
        }
    }

    /** 0, 1, 2, ... */
    static final class NotNegative implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return atLeast(0, text);
        }
    }

    private static int atLeast(int least, String text) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw new TypeConversionException("expected a whole number of at least " + least + ", found '" + text + "'");
    }
}
