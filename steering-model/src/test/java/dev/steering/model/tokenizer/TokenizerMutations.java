package dev.steering.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages a tokenizer.json in the ways in which files get damaged, and in some in which they do not. */
final class TokenizerMutations {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a value becomes; in JSON, so that it may be what no library of ours would write. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "0.5",
            "1e999",
            "-1e999",
            "4294967296",
            "18446744073709551616",
            "1" + "0".repeat(400),
            "\"\"",
            "\"x\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"(\"",
            "\"AAAA\"",
            "[]",
            "{}",
            "[[]]",
            "{\"type\":\"Fuse\"}",
            "{\"type\":\"None\"}",
            "[".repeat(200) + "]".repeat(200));

    private static final String HOLE = "\"@HOLE@\"";

    private final SplittableRandom random;

    TokenizerMutations(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] mutate(byte[] file) throws IOException {
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(file, random.nextInt(file.length));
            case 1 -> flipped(file);
            case 2 -> changed(file, true);
            default -> changed(file, false);
        };
    }

    private byte[] flipped(byte[] file) {
        byte[] copy = file.clone();
        copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        return copy;
    }

    /** A value anywhere becomes another, or is left out. Every object is as likely as every other, however large. */
    private byte[] changed(byte[] file, boolean removed) throws IOException {
        JsonNode root = JSON.readTree(file);
        List<JsonNode> parents = new ArrayList<>();
        collect(root, parents);
        JsonNode parent = parents.get(random.nextInt(parents.size()));
        int at = random.nextInt(parent.size());
        if (parent instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (removed) {
                object.remove(names.get(at));
            } else {
                object.put(names.get(at), "@HOLE@");
            }
        } else if (parent instanceof ArrayNode array) {
            if (removed) {
                array.remove(at);
            } else {
                array.set(at, "@HOLE@");
            }
        }
        String value = VALUES.get(random.nextInt(VALUES.size()));
        return JSON.writeValueAsString(root).replace(HOLE, value).getBytes(StandardCharsets.UTF_8);
    }

    /** Lists of a vocabulary count once in twenty: they are nearly all there is. */
    private void collect(JsonNode node, List<JsonNode> parents) {
        if (node.isContainerNode() && node.size() > 0) {
            boolean leaf = node.isArray() && !node.get(0).isContainerNode();
            if (!leaf || random.nextInt(20) == 0) {
                parents.add(node);
            }
            node.forEach(child -> collect(child, parents));
        }
    }
}
