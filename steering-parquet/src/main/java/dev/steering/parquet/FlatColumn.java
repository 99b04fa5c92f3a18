package dev.steering.parquet;

import dev.steering.core.BadFile;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** What a column's cells are as text, or why they are none. */
enum FlatColumn {
    /** Texts. */
    TEXT {
        @Override
        String read(ColumnReader reader, String place) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(reader.getBinary().toByteBuffer())
                        .toString();
            } catch (CharacterCodingException e) {
                throw new BadFile(place + " is not UTF-8. Write the file again from its source.", e);
            }
        }
    },
    BOOLEAN {
        @Override
        String read(ColumnReader reader, String place) {
            return Boolean.toString(reader.getBoolean());
        }
    },
    INT {
        @Override
        String read(ColumnReader reader, String place) {
            return Integer.toString(reader.getInteger());
        }
    },
    LONG {
        @Override
        String read(ColumnReader reader, String place) {
            return Long.toString(reader.getLong());
        }
    },
    FLOAT {
        @Override
        String read(ColumnReader reader, String place) {
            float value = reader.getFloat();
            return Float.isFinite(value) ? Float.toString(value) : "null";
        }
    },
    DOUBLE {
        @Override
        String read(ColumnReader reader, String place) {
            double value = reader.getDouble();
            return Double.isFinite(value) ? Double.toString(value) : "null";
        }
    },
    /** Lists, records, and values that are no text: dates, decimals, bytes. */
    OTHER {
        @Override
        String read(ColumnReader reader, String place) {
            throw new IllegalStateException("not read");
        }
    };

    /**
     * The cell that the reader is at: a text as it is, others as JSON.
     *
     * @param reader is at a cell that holds something
     * @param place where that is, for messages
     */
    abstract String read(ColumnReader reader, String place);

    static FlatColumn of(Type type) {
        if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
            return OTHER;
        }
        PrimitiveType primitive = type.asPrimitiveType();
        LogicalTypeAnnotation meaning = primitive.getLogicalTypeAnnotation();
        boolean plain = meaning == null || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
        return switch (primitive.getPrimitiveTypeName()) {
            case BINARY -> isText(meaning) ? TEXT : OTHER;
            case BOOLEAN -> BOOLEAN;
            case INT32 -> plain ? INT : OTHER;
            case INT64 -> plain ? LONG : OTHER;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            default -> OTHER;
        };
    }

    private static boolean isText(LogicalTypeAnnotation meaning) {
        return meaning instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || meaning instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                || meaning instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
    }

    /** What the cells of a column that is not read hold. */
    static String words(Type type) {
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            return "lists";
        }
        if (!type.isPrimitive()) {
            LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
            if (meaning instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
                return "lists";
            }
            return meaning instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation ? "maps" : "records";
        }
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        return "values of type "
                + (meaning == null ? type.asPrimitiveType().getPrimitiveTypeName() : meaning)
                        .toString()
                        .toLowerCase(Locale.ROOT);
    }
}
