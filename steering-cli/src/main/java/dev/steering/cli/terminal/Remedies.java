package dev.steering.cli.terminal;

import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Which command or option mends what the library complains about: its messages know nothing of the command line. */
public final class Remedies {
    private static final String ATTACK_TEMPLATES = "--attack-templates";

    private Remedies() {}

    /**
     * @param e a failure; what wraps another one without a remedy of its own gets that one's
     * @return its message with what to do here
     */
    public static String message(SteeringException e) {
        return message(String.valueOf(e.getMessage()), remedy(e));
    }

    /**
     * @param e a failure, likewise
     * @param command the command that failed, whose own option is named where commands have different ones
     * @return its message with what to do here
     */
    public static String message(SteeringException e, CommandSpec command) {
        boolean templates = command.findOption(ATTACK_TEMPLATES) != null;
        return templates && remedy(e) == Remedy.CHOOSE_FRAMES
                ? e.getMessage() + " " + frames(ATTACK_TEMPLATES, "FILE")
                : message(e);
    }

    private static String frames(String option, String some) {
        return "(" + option + " none leaves all frames out, " + option + " " + some
                + " chooses others; --too-long skip leaves out what is too long.)";
    }

    /**
     * @param text what is wrong
     * @param remedy what the user can do about it
     * @return both in words
     */
    public static String message(String text, @Nullable Remedy remedy) {
        return remedy == null ? text : text + " " + words(remedy);
    }

    private static @Nullable Remedy remedy(SteeringException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SteeringException failure && failure.remedy() != null) {
                return failure.remedy();
            }
        }
        return null;
    }

    private static String words(Remedy remedy) {
        return switch (remedy) {
            case GIVE_VECTOR -> "(Give one with --vector.)";
            case GIVE_STRENGTH -> "(Give --alpha, or run 'steer layers VECTOR --model BUNDLE' first.)";
            case GIVE_LAYERS -> "(Give --layers, or run 'steer layers VECTOR --model BUNDLE' first.)";
            case SAY_STRENGTH -> "(Give --alpha.)";
            case SAY_LAYERS -> "(Give --layers.)";
            case ANCHOR_LAYERS -> "(Run 'steer layers VECTOR --model BUNDLE' first.)";
            case EXTRACT_VECTOR -> "('steer extract' writes such a file.)";
            case TUNE_SOFT_PROMPTS -> "('steer tune-acd' writes such a file.)";
            case MAKE_BUNDLE ->
                "('steer export HF_DIR -o BUNDLE' makes a bundle of a Hugging Face checkpoint or a GGUF file.)";
            case COPY_WEIGHTS -> "('steer export HF_DIR -o BUNDLE --copy-weights' copies them.)";
            case EXPORT_SINGLE_PRECISION -> "(Run 'steer export HF_DIR -o BUNDLE --dtype fp32'.)";
            case NAME_POINTS -> "(Give the file with --points.)";
            case INSTRUMENT_ONNX -> "('steer instrument model.onnx -o BUNDLE' makes a bundle of an ONNX export.)";
            case CHOOSE_TEMPLATE -> "(Give it with --template.)";
            case RESTART_TUNING -> "(--restart begins again.)";
            case FINISH_TUNING -> "(--finish saves the best so far, --restart begins again.)";
            case OVERWRITE -> "(--force replaces it.)";
            case SAVE_PLAN -> "('steer generate --save-plan' writes one.)";
            case CHECK_JUDGE -> "(See --judge-url, --judge-model and --judge-key-env.)";
            case REJUDGE -> "('steer eval --rejudge' judges the kept answers anew.)";
            case CHOOSE_FIELD -> "(Choose it with --field.)";
            case CHOOSE_CACHE -> "(Choose it with --cache.)";
            case CHOOSE_TOO_LONG -> "(--too-long skip leaves such prompts out, --too-long truncate cuts them.)";
            case CHOOSE_FRAMES -> frames("--jailbreaks", "prefix,...");
            case ALLOW_OVERLAP -> "(--allow-overlap only reports it.)";
            case CONVERT_VECTOR -> "('steer convert FILE -o VECTOR --model BUNDLE' makes a vector file of it.)";
            case NAME_LAYER -> "('steer convert FILE -o VECTOR --layer K' says it.)";
            case KEEP_EFFECT_OR_MEANING -> "(Say it with --keep.)";
            case MERGE_PARTS -> "('steer merge PART... -o VECTOR' makes the vector.)";
        };
    }
}
