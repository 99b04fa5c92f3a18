package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.files.OutputRule;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.Evaluation;
import dev.steering.eval.certify.Certification;
import dev.steering.eval.certify.CertificationSet;
import dev.steering.eval.jailbreak.AttackTemplate;
import dev.steering.eval.jailbreak.AttackTemplates;
import dev.steering.export.bake.WeightBaker;
import dev.steering.model.chat.ChatModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer certify}. */
@Command(
        name = "certify",
        mixinStandardHelpOptions = true,
        description = {
            "Measure what a vector does on one model at one setting, and write it into the vector's file.",
            "Refusals of over-refused, harmless, harmful and jailbreak prompts, degenerate answers and divergence, without the",
            "vector, with it and with random directions of the same norms. The certificate is good for these numbers, this",
            "model and this setting; 'steer inspect' shows it, 'steer generate --strict' insists on it, and 'steer bake' needs",
            "one. A run that was killed goes on where it was when the same command is given again.",
            "",
            "Example:  steer certify refusal.safetensors --model llama-1b --method subtract \\",
            "              --over-refused xstest_v2_prompts.csv@comply --harmless plain.txt --harmful AdvBench.csv"
        })
public final class CertifyCommand implements Callable<Integer>, LongWork {
    private static final String NO_TEMPLATES = "none";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "VECTOR", description = "Vector file; another tool's needs -o.")
    private Path vectorFile = Path.of("");

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private PlanMixin planMixin = new PlanMixin();

    @Option(
            names = "--weights",
            paramLabel = "HF_DIR",
            description =
                    "Measure an over-refused vector (extract --method surgical) as 'steer bake --into safetensors' takes it out"
                            + " of the weights of this checkpoint, of which the bundle is, instead of a method. Needs room for a copy.")
    private @Nullable Path weights;

    @Option(
            names = "--keep-norms",
            description = "With --weights: what is left of each column and row keeps its length.")
    private boolean keepNorms;

    @Option(
            names = "--over-refused",
            paramLabel = DatasetMixin.SIDED_LABEL,
            description = "Harmless prompts that models refuse too often. Can be given several times.")
    private List<String> overRefused = List.of();

    @Option(
            names = "--harmless",
            paramLabel = DatasetMixin.SIDED_LABEL,
            description = "Ordinary harmless prompts, likewise.")
    private List<String> harmless = List.of();

    @Option(
            names = "--harmful",
            required = true,
            paramLabel = DatasetMixin.SIDED_LABEL,
            description = "Prompts that should be refused, likewise.")
    private List<String> harmful = List.of();

    @Option(
            names = "--jailbreak",
            paramLabel = DatasetMixin.SIDED_LABEL,
            description = "Attack prompts of your own, whose questions are in them already, likewise.")
    private List<String> jailbreak = List.of();

    @Option(
            names = "--attack-templates",
            paramLabel = "FILE|none",
            description = "Frames that go around the harmful prompts. Default: those that come with this program.")
    private @Nullable String templates;

    @Option(
            names = "--controls",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Random directions that are measured beside the vector. Default: 3.")
    private int controls = Certification.DEFAULT_CONTROLS;

    @Mixin
    private SelectionMixin selection = new SelectionMixin();

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OverlapMixin overlap = new OverlapMixin();

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

    @Mixin
    private AnsweringMixin answering = new AnsweringMixin();

    @Mixin
    private GreedyMixin writing = new GreedyMixin();

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "Directory for the answers. Default: the vector's name with -certificate behind it.")
    private @Nullable Path run;

    @Option(names = "-o", paramLabel = "VECTOR", description = "Write here instead of back into the vector file.")
    private @Nullable Path copy;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "--any-model", description = "Measure a vector that was extracted from another model.")
    private boolean anyModel;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "The answers so far are kept in " + directory() + ": the same command goes on from there.";
    }

    private Path target() {
        return copy == null ? vectorFile : copy;
    }

    private Path directory() {
        if (run != null) {
            return run;
        }
        String name = String.valueOf(target().getFileName()).replaceFirst("\\.safetensors$", "");
        return target().resolveSibling(name + "-certificate");
    }

    @Override
    public Integer call() {
        if (weights != null) {
            planMixin.requireNothing("--weights");
        } else if (keepNorms) {
            throw new WrongUsage("--keep-norms belongs to --weights.");
        } else {
            planMixin.validate();
        }
        judges.validate();
        Path written = GivenVector.target(vectorFile, copy);
        OutputRule rule = outputs.rule("-o", "--run", "VECTOR");
        rule.requireFile(written, VectorFile.KIND);
        rule.requireDirectory(directory(), Evaluation.FILES);
        SteeringVector vector = GivenVector.of(vectorFile, modelMixin.bundle(), spec);
        Certification certification = certification();
        try (ChatModel model = modelMixin.open()) {
            ModelMixin.requireFits(vector, model, anyModel, spec);
            Certificate certificate = weights == null
                    ? certification.run(model, planMixin.use(model, vector, vectorFile), directory())
                    : ofWeights(certification, model, vector, weights);
            VectorFile.write(target(), vector.withCertificate(certificate), rule);
            print(output.text(), certificate);
            CertificateText.warnings(certificate).forEach(output::warn);
            output.print(() -> JsonNodeFactory.instance
                    .objectNode()
                    .put("file", target().toString())
                    .put("directory", directory().toString())
                    .set("certificate", CertificateJson.write(certificate)));
            output.notes().println("written to " + target() + "; the answers are in " + directory());
        }
        return ExitCodes.SUCCESS;
    }

    private Certificate ofWeights(
            Certification certification, ChatModel model, SteeringVector vector, Path checkpoint) {
        Path parent = Objects.requireNonNull(target().toAbsolutePath().getParent());
        try (WeightBaker.Trial trial =
                        WeightBaker.trial(checkpoint, vector, parent, keepNorms, ProgressBar.onTerminal());
                ChatModel changed = modelMixin.open(trial.bundle().directory())) {
            return certification.compare(model, changed, trial.setting(), vector, directory());
        }
    }

    private Certification certification() {
        List<CertificationSet> read = new ArrayList<>();
        read(read, Role.OVER_REFUSED, overRefused);
        read(read, Role.HARMLESS, harmless);
        read(read, Role.HARMFUL, harmful);
        read(read, Role.JAILBREAK, jailbreak);
        List<PromptSet> even =
                selection.even(read.stream().map(CertificationSet::prompts).toList());
        List<CertificationSet> sets = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            CertificationSet set = read.get(i);
            sets.add(new CertificationSet(set.role(), even.get(i), set.file(), set.fileHash()));
        }
        Certification certification = WrongUsage.in(() -> Certification.of(sets))
                .withSelection(selection.selection())
                .withControls(controls)
                .withWriting(writing.options())
                .withOptions(answering.options(judges.open(directory()), tooLong, overlap))
                .withCommands(List.of(command()));
        return templates == null
                ? certification
                : certification.withAttacks(templates.equals(NO_TEMPLATES) ? List.of() : attacks(Path.of(templates)));
    }

    private static List<AttackTemplate> attacks(Path file) {
        return AttackTemplates.read(file);
    }

    private void read(List<CertificationSet> sets, Role role, List<String> files) {
        Expectation side = role.shouldRefuse() ? Expectation.REFUSE : Expectation.COMPLY;
        for (String file : files) {
            DatasetSpec named = WrongUsage.in(() -> DatasetSpec.parse(file));
            Dataset dataset = selection.reader().readSide(named, side);
            output.notes().println(dataset.describe());
            for (PromptSet set : dataset.sets()) {
                sets.add(
                        named.isStandardInput()
                                ? CertificationSet.of(role, set)
                                : CertificationSet.read(role, set, named.file()));
            }
        }
    }

    /** The command as it was given, to be given again. */
    private String command() {
        return "steer "
                + spec.commandLine().getParseResult().originalArgs().stream()
                        .map(ShellWord::quoted)
                        .collect(Collectors.joining(" "));
    }

    private static void print(PrintWriter out, Certificate certificate) {
        out.println(CertificateText.setting(certificate));
        CertificateText.figures(certificate).forEach(line -> out.println("  " + line));
        certificate.notes().forEach(note -> out.println("Note: " + note));
        out.flush();
    }
}
