package dev.steering.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/**
 * The tables of docs/json.md, which objects are held against. A key must be there unless its row says "Only ..."; a type is string, integer,
 * number, boolean or the title of another table, "list of" or "map of" one, "or null".
 */
final class DocumentedShapes {
    static final String ENVELOPE = "Every object";

    private static final Path DOCUMENT = Path.of("../docs/json.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]+?) \\| (.*?) \\|");
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(#[^)]*\\)");

    private final Map<String, Map<String, Row>> tables = new LinkedHashMap<>();
    private final Map<String, List<String>> examples = new LinkedHashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();

    /** One line of a table; a row whose key has dots is of an object inside the object. */
    private static final class Row {
        private final String type;
        private final boolean optional;
        private final Map<String, Row> inner = new LinkedHashMap<>();
        private boolean seen;

        Row(String type, boolean optional) {
            this.type = type;
            this.optional = optional;
        }
    }

    static DocumentedShapes read() throws IOException {
        DocumentedShapes shapes = new DocumentedShapes();
        String title = "";
        boolean example = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith("#")) {
                title = line.replaceFirst("^#+ ", "").replace("`", "");
            } else if (line.startsWith("```")) {
                example = line.equals("```json");
            } else if (example) {
                shapes.examples.computeIfAbsent(title, key -> new ArrayList<>()).add(line);
            } else if (row.matches()) {
                shapes.add(title, row.group(1), row.group(2), row.group(3));
            }
        }
        return shapes;
    }

    private void add(String title, String key, String type, String what) {
        Map<String, Row> rows = tables.computeIfAbsent(title, unused -> new LinkedHashMap<>());
        boolean optional = what.startsWith("Only ");
        String[] names = key.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            rows = rows.computeIfAbsent(names[i], unused -> new Row("object", optional)).inner;
        }
        rows.put(names[names.length - 1], new Row(LINK.matcher(type).replaceAll("$1"), optional));
    }

    /** The titles of all tables. */
    List<String> titles() {
        return List.copyOf(tables.keySet());
    }

    /** The examples under a title. */
    List<JsonNode> examples(String title) throws IOException {
        String text = String.join("\n", examples.getOrDefault(title, List.of()));
        try (MappingIterator<JsonNode> values =
                new ObjectMapper().readerFor(JsonNode.class).readValues(text)) {
            return values.readAll();
        }
    }

    /** Looks whether the object is as the table and the envelope say. */
    void check(String title, JsonNode object) {
        Map<String, Row> rows = new LinkedHashMap<>(table(ENVELOPE));
        rows.putAll(table(title));
        object("'" + title + "'", object, rows);
    }

    private Map<String, Row> table(String title) {
        Map<String, Row> rows = tables.get(title);
        return rows == null ? Assertions.fail("docs/json.md has no table under '" + title + "'") : rows;
    }

    private void object(String at, JsonNode object, Map<String, Row> rows) {
        if (!object.isObject()) {
            problems.add(at + " is documented as an object, found " + object.getNodeType());
            return;
        }
        object.fieldNames().forEachRemaining(key -> {
            if (!rows.containsKey(key)) {
                problems.add(at + " has the key '" + key + "', which docs/json.md does not: " + object.get(key));
            }
        });
        rows.forEach((key, row) -> {
            JsonNode value = object.get(key);
            if (value != null) {
                value(at + "." + key, value, row, row.type);
            } else if (!row.optional) {
                problems.add(at + " has no '" + key + "', which docs/json.md says is always there");
            }
        });
    }

    private void value(String at, JsonNode value, Row row, String type) {
        if (value.isNull()) {
            if (!type.endsWith(" or null")) {
                problems.add(at + " is null, but documented as " + type);
            }
            return;
        }
        row.seen = true;
        String base = type.replaceFirst(" or null$", "");
        if (base.startsWith("list of ") && value.isArray()) {
            value.forEach(element -> value(at + "[]", element, row, base.substring("list of ".length())));
        } else if (base.startsWith("map of ") && value.isObject()) {
            value.forEach(element -> value(at + ".*", element, row, base.substring("map of ".length())));
        } else if (base.equals("object")) {
            object(at, value, row.inner);
        } else if (tables.containsKey(base)) {
            object(at, value, table(base));
        } else if (!isA(base, value)) {
            problems.add(at + " is documented as " + type + ", found " + value);
        }
    }

    private static boolean isA(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> false;
        };
    }

    /** What was found to be otherwise. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Keys that were in none of the objects so far, or always null: what the document promises for nothing. */
    Set<String> unseen() {
        Set<String> unseen = new TreeSet<>();
        tables.forEach((title, rows) -> collect(title + ": ", rows, unseen));
        return unseen;
    }

    private static void collect(String prefix, Map<String, Row> rows, Set<String> unseen) {
        rows.forEach((key, row) -> {
            if (!row.seen) {
                unseen.add(prefix + key);
            }
            collect(prefix + key + ".", row.inner, unseen);
        });
    }
}
