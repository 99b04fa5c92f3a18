package dev.steering.cli.commands;

import dev.steering.cli.answers.MethodSetting;
import dev.steering.core.BadRequest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers with a lower bound: a value out of range is an error, never quietly another value. */
final class NumberConverters {
    private NumberConverters() {}

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

    /** A finite number of at least 0. */
    static final class Strength implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                return MethodSetting.strength(text);
            } catch (BadRequest e) {
                throw new TypeConversionException(e.getMessage());
            }
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
        throw new TypeConversionException("expected a whole number of at least " + least
                + (text.strip().matches("[0-9]{10,}") ? " and at most " + Integer.MAX_VALUE : "") + ", found '" + text
                + "'");
    }
}
