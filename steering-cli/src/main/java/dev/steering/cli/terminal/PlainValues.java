package dev.steering.cli.terminal;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How numbers and days on the command line are read where an option has no rule of its own: numbers are finite, and what is wrong is
 * said in the words of people; so with days and addresses. Classes with names: the virtual machine cannot archive lambdas for
 * picocli's interfaces.
 */
public final class PlainValues {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private PlainValues() {}

    /** @param command reads values so from now on, and so do its subcommands */
    public static void register(CommandLine command) {
        command.registerConverter(int.class, new Whole());
        command.registerConverter(Integer.class, new Whole());
        command.registerConverter(long.class, new Large());
        command.registerConverter(Long.class, new Large());
        command.registerConverter(double.class, new Decimal());
        command.registerConverter(Double.class, new Decimal());
        command.registerConverter(Path.class, new Place());
        command.registerConverter(LocalDate.class, new Day());
        command.registerConverter(URI.class, new Address());
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("expected a whole number, found '" + text + "'");
        }
    }

    private static final class Whole implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            long value = whole(text);
            if (value != (int) value) {
                throw new TypeConversionException("expected a whole number from " + Integer.MIN_VALUE + " to "
                        + Integer.MAX_VALUE + ", found '" + text + "'");
            }
            return (int) value;
        }
    }

    private static final class Large implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return whole(text);
        }
    }

    private static final class Decimal implements ITypeConverter<Double> {
        private static final Pattern FORM = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

        @Override
        public Double convert(String text) {
            if (FORM.matcher(text.strip()).matches()) {
                double value = Double.parseDouble(text.strip());
                if (!Double.isInfinite(value)) {
                    return value;
                }
            }
            throw new TypeConversionException("expected a number such as 0.5, found '" + text + "'");
        }
    }

    /** An empty name would be the current directory, which nobody means who passes an empty variable. */
    private static final class Place implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("expected a path, found nothing between the quotes");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException("'" + text + "' is not a path here: " + e.getReason());
            }
        }
    }

    private static final class Address implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                URI address = new URI(text.strip());
                if (SCHEMES.contains(String.valueOf(address.getScheme())) && address.getHost() != null) {
                    return address;
                }
            } catch (URISyntaxException e) {
                // the message below says it
            }
            throw new TypeConversionException(
                    "expected an address such as http://localhost:8000/v1, found '" + text + "'");
        }
    }

    private static final class Day implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                return LocalDate.parse(text.strip());
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("expected a day such as 2024-07-26, found '" + text + "'");
            }
        }
    }
}
