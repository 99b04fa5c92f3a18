package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows of a file take part, by the same options in every command, and what results say about them. */
class PromptChoiceTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String bundle = "";
    private static String vector = "";
    private static String marked = "";

    @BeforeAll
    static void makeFiles() throws IOException {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
        List<String> rows = new ArrayList<>(List.of("prompt,bad,topic"));
        List<String> harmful = Files.readAllLines(PROMPTS.resolve("calibration-harmful.txt"));
        List<String> harmless = Files.readAllLines(PROMPTS.resolve("calibration-safe.txt"));
        for (int i = 0; i < 20; i++) {
            rows.add("\"" + harmful.get(i) + "\",1,topic " + i % 3);
            rows.add("\"" + harmless.get(i) + "\",0,topic " + i % 3);
        }
        marked = Files.write(shared.resolve("marked.csv"), rows).toString();
    }

    private static String parquet() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(PromptChoiceTest.class.getResource("layouts/wildguard_like.parquet"))
                        .toURI())
                .toString();
    }

    private CommandRun extract(String... more) {
        List<String> line = new ArrayList<>(List.of("extract", "--model", bundle, "-o"));
        line.add(directory.resolve("v.safetensors").toString());
        line.addAll(
                List.of("--harmful", marked + "@label=bad:1", "--harmless", marked + "@label=bad:0?topic!=topic 2"));
        line.addAll(Arrays.asList(more));
        return steer(line.toArray(String[]::new));
    }

    @Test
    void extractionTakesALimitARandomChoiceAndBalance() {
        assertTrue(extract().assertSucceeds().out().contains("of 20 harmful and 14 harmless prompts"));
        assertTrue(extract("--balance").assertSucceeds().out().contains("of 14 harmful and 14 harmless prompts"));
        CommandRun limited = extract("--limit", "16", "--shuffle", "--seed", "4", "--balance");
        assertTrue(limited.assertSucceeds().out().contains("of 14 harmful and 14 harmless prompts"), limited.out());
        assertTrue(
                limited.out().contains("marked.csv@label=bad:1 --harmless '")
                        && limited.out().contains("?topic!=topic 2' --limit 16 --shuffle --seed 4 --balance"),
                limited.out());
        assertTrue(
                limited.err().contains("marked.csv: column 'prompt', 16 of 20 that should be refused (marked)."),
                limited.err());
        extract("--limit", "0").assertFails("--limit");
        extract("--seed", "4").assertFails("--seed belongs to --method optimized");
    }

    @Test
    void theSameSeedIsTheSameChoiceInExtractAndLayers() throws IOException {
        String out = directory.resolve("v.safetensors").toString();
        extract("--limit", "6", "--shuffle", "--seed", "9").assertSucceeds();
        byte[] first = Files.readAllBytes(Path.of(out));
        extract("--limit", "6", "--shuffle", "--seed", "9").assertSucceeds();
        assertEquals(Arrays.hashCode(first), Arrays.hashCode(Files.readAllBytes(Path.of(out))));
        List<String> layers = new ArrayList<>(List.of("layers", out, "--model", bundle));
        layers.addAll(
                List.of("--harmful", marked + "@label=bad:1", "--harmless", marked + "@label=bad:0?topic!=topic 2"));
        layers.addAll(List.of("--limit", "6", "--shuffle", "--seed"));
        List<String> other = new ArrayList<>(layers);
        other.add("10");
        layers.add("9");
        CommandRun same = steer(layers.toArray(String[]::new)).assertSucceeds();
        assertTrue(same.out().contains("leave-one-out"), same.out());
        steer(other.toArray(String[]::new))
                .assertFails("of the 12 held-out prompts are among the prompts of the extraction");
    }

    @Test
    void resultsAreBrokenDownByWhatFilesSay() throws IOException {
        Path out = directory.resolve("out");
        List<String> line = new ArrayList<>(List.of("eval", "--model", bundle, "--methods", "default,scans"));
        line.addAll(List.of("--vector", vector, "--max-new-tokens", "8", "--cost-rounds", "0", "--limit", "8"));
        line.addAll(List.of("--dataset", "safe=" + PROMPTS.resolve("test-safe.csv") + "@comply"));
        line.addAll(List.of("--dataset", "harmful=" + PROMPTS.resolve("test-harmful.csv") + "@refuse"));
        line.addAll(List.of("-o", out.toString(), "--by", "type", "--json"));
        CommandRun run = steer(line.toArray(String[]::new)).assertSucceeds();
        assertTrue(run.out().contains("\"breakdown\":[{\"by\":\"type\",\"value\":\""), run.out());

        List<String> results = Files.readAllLines(out.resolve("results.jsonl"));
        List<String> csv = Files.readAllLines(out.resolve("by-type.csv"));
        assertEquals("method,set,expected,type,refused,n,rate,low,high,empty,repetitive,cut", csv.get(0));
        int counted = 0;
        for (String group : csv.subList(1, csv.size())) {
            String[] cells = group.split(",", -1);
            List<String> rows = results.stream()
                    .filter(row -> row.startsWith("{\"method\":\"" + cells[0] + "\",\"set\":\"" + cells[1] + "\""))
                    .filter(row -> row.contains("\"expected\":\"" + cells[2] + "\",\"type\":\"" + cells[3] + "\""))
                    .toList();
            assertEquals(
                    cells[4],
                    ""
                            + rows.stream()
                                    .filter(row -> row.contains("\"refusal\":true"))
                                    .count());
            assertEquals(cells[5], "" + rows.size());
            counted += rows.size();
        }
        assertEquals(results.size(), counted, "every row is in one group");
        line.set(line.indexOf("type"), "category");
        steer(line.toArray(String[]::new)).assertFails("none of the files names a category of its prompts");
    }

    @Test
    void parquetIsReadByEveryCommand() throws Exception {
        Path out = directory.resolve("parquet");
        List<String> line = new ArrayList<>(List.of("eval", "--model", bundle, "--methods", "default"));
        line.addAll(List.of("--max-new-tokens", "4", "--cost-rounds", "0", "--dataset", "wild=" + parquet()));
        line.addAll(List.of("-o", out.toString(), "--by", "category,type"));
        CommandRun run = steer(line.toArray(String[]::new)).assertSucceeds();
        assertTrue(
                run.out()
                        .contains(
                                "wildguard layout, column 'prompt', 3 that should be answered (wild-safe), 2 that should be"
                                        + " refused (wild-unsafe); 1 rows without a label are left out"),
                run.out());
        assertTrue(run.out().contains("wild-unsafe: refusal, theft"), run.out());
        assertTrue(run.out().contains("wild-unsafe: refusal, adversarial"), run.out());
        CommandRun generated = steer(
                "generate",
                "--model",
                bundle,
                "--prompts",
                parquet() + "@refuse",
                "--limit",
                "1",
                "--max-new-tokens",
                "4");
        assertEquals(
                1,
                generated
                        .assertSucceeds()
                        .out()
                        .lines()
                        .filter(text -> text.startsWith("> "))
                        .count());
        assertTrue(steer(
                        "extract",
                        "--model",
                        bundle,
                        "--harmful",
                        parquet() + "@refuse",
                        "--harmless",
                        parquet() + "@comply",
                        "-o",
                        directory.resolve("w.safetensors").toString())
                .assertSucceeds()
                .out()
                .contains("of 2 harmful and 3 harmless prompts"));
    }
}
