package dev.steering.apply.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Plans as JSON. What is read equals what was written, and equal plans give the same bytes. Unknown fields, unknown versions and
 * doubled keys are refused: a plan that is half understood would steer half. Stateless and thread-safe.
 */
public final class PlanFile {
    private static final System.Logger LOG = System.getLogger("dev.steering.apply");

    /** Value of the field {@code format}. */
    static final String FORMAT = "steering-plan";

    /** Version that is written and read. */
    static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What such a file is. */
    public static final FileMark KIND = FileMark.json("a steering plan", "format", "version");

    private PlanFile() {}

    /**
     * @param file the file to create or replace
     * @param plan what to save
     * @throws SteeringException if it cannot be written, is in a bundle or holds something else
     */
    public static void write(Path file, SteeringPlan plan) {
        write(file, plan, OutputRule.STANDARD);
    }

    /**
     * @param file the file to create or replace
     * @param plan what to save
     * @param rule what may be replaced
     * @throws SteeringException if it cannot or must not be written
     */
    public static void write(Path file, SteeringPlan plan, OutputRule rule) {
        rule.requireFile(file, KIND);
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(PlanJsonWriter.write(plan)) + "\n";
            AtomicFiles.writeText(file, text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param file a file written by {@link #write}, or by hand
     * @return the plan
     * @throws SteeringException if it cannot be read, is no plan, is of another version, or says something unknown
     */
    public static SteeringPlan read(Path file) {
        LOG.log(System.Logger.Level.DEBUG, () -> "plan " + file.toAbsolutePath());
        try {
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new BadFile("Cannot read the steering plan " + file + ": there is no such file.", e)
                    .withRemedy(Remedy.SAVE_PLAN);
        } catch (IOException e) {
            throw new BadFile("Cannot read the steering plan " + file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param plan a plan
     * @return the plan as JSON on one line; equal plans give equal text
     */
    public static String toJson(SteeringPlan plan) {
        return PlanJsonWriter.write(plan).toString();
    }

    /**
     * @param name what to call it in complaints
     * @param json what {@link #toJson} or {@link #write} made
     * @return the plan
     * @throws SteeringException if it is no plan, is of another version, or says something unknown
     */
    public static SteeringPlan parse(String name, String json) {
        return PlanJsonReader.read(name, json);
    }
}
