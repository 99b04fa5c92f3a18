package dev.steering.cli.commands;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.NearNames;
import dev.steering.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads a command's options from a JSON object, or one in YAML if the file is called so, whose keys are their names without the hyphens in front: a text or number is a value, an array
 * several, true a switch, and an object several of the form NAME=VALUE. They are read as if they stood on the command line where the file is
 * named; what is on the command line itself wins.
 */
public final class ConfigFile implements IParameterPreprocessor {
    /** As {@link StrictJson}, of the other format. */
    private static final ObjectMapper YAML = new ObjectMapper(
                    new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    @SuppressWarnings("JdkObsolete") // the interface wants a Stack
    public boolean preprocess(Stack<String> args, CommandSpec spec, ArgSpec argument, Map<String, Object> info) {
        // An empty name is told of where every path is.
        if (args.isEmpty() || args.peek().isEmpty()) {
            return false;
        }
        Path file = Path.of(args.peek());
        List<String> more = new ArrayList<>();
        read(file, spec).properties().forEach(entry -> add(more, spec, file, entry.getKey(), entry.getValue(), args));
        String name = args.pop();
        for (int i = more.size() - 1; i >= 0; i--) {
            args.push(more.get(i));
        }
        args.push(name);
        return false;
    }

    private static JsonNode read(Path file, CommandSpec spec) {
        boolean yaml = file.toString().matches(".*\\.ya?ml");
        try {
            JsonNode root = (yaml ? YAML : StrictJson.MAPPER).readTree(Files.readString(file));
            if (root.isObject()) {
                return root;
            }
            throw new ParameterException(
                    spec.commandLine(),
                    file + " must hold one " + (yaml ? "map" : "JSON object") + " whose keys are names of options.");
        } catch (JsonProcessingException e) {
            throw new ParameterException(
                    spec.commandLine(), file + " is not " + (yaml ? "YAML" : "JSON") + ": " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
    }

    private static void add(
            List<String> more, CommandSpec spec, Path file, String key, JsonNode value, List<String> line) {
        String name = (key.length() == 1 ? "-" : "--") + key;
        OptionSpec option = spec.findOption(name);
        if (option == null || option.preprocessor() instanceof ConfigFile) {
            List<String> names = spec.options().stream()
                    .map(known -> known.longestName().replaceFirst("^-+", ""))
                    .toList();
            throw new ParameterException(
                    spec.commandLine(),
                    file + " names an option '" + key + "', which " + spec.qualifiedName() + " does not have."
                            + " Near to it: " + String.join(", ", NearNames.of(key, names)) + ".");
        }
        if (isSaid(option, line)) {
            return;
        }
        if (value.isBoolean() && option.arity().max() == 0) {
            if (value.booleanValue()) {
                more.add(name);
            }
        } else if (value.isArray()) {
            value.forEach(one -> addValue(more, spec, file, name, one));
        } else if (value.isObject()) {
            value.properties().forEach(entry -> {
                more.add(name);
                more.add(entry.getKey() + "=" + text(spec, file, name, entry.getValue()));
            });
        } else {
            addValue(more, spec, file, name, value);
        }
    }

    private static boolean isSaid(OptionSpec option, List<String> line) {
        return !option.stringValues().isEmpty()
                || line.stream().anyMatch(word -> List.of(option.names()).stream()
                        .anyMatch(name -> word.equals(name) || word.startsWith(name + "=")));
    }

    private static void addValue(List<String> more, CommandSpec spec, Path file, String name, JsonNode value) {
        more.add(name);
        more.add(text(spec, file, name, value));
    }

    /** A value as it would be on the command line; of several numbers they are one. */
    private static String text(CommandSpec spec, Path file, String name, JsonNode value) {
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(text(spec, file, name, part)));
            return String.join(",", parts);
        }
        if (!value.isTextual() && !value.isNumber()) {
            throw new ParameterException(
                    spec.commandLine(),
                    file + " gives " + name + " the value " + value + ", expected a text or a number.");
        }
        return value.asText();
    }
}
