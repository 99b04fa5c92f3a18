package dev.steering.apply.surgical;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.search.AblationSite;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.PartialOrthogonal;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.SteeringRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single vector ablation against false refusal (Wang et al., arXiv 2410.03415): see {@link Surgical}. */
public final class SurgicalDefinition implements MethodDefinition {
    static final String NAME = "surgical";

    /** Share of the component that is removed. */
    public static final MethodOption<Double> SHARE =
            MethodOption.number("share", "share of the component that surgical removes, a finite number; default: 1");

    /** Share of the harmful direction that is taken out of the over-refused one. */
    public static final MethodOption<Double> LAMBDA = MethodOption.number(
            "lambda",
            "share of the harmful direction that is taken out of the over-refused one, a number of at least 0; default: the"
                    + " vector's");

    /** Where the direction is ablated. */
    public static final MethodOption<AblationSite> SITE = MethodOption.of(
                    "site",
                    AblationSite.class,
                    "where surgical ablates: all-points, block-inputs, block-outputs or one-block-output; default: the vector's")
            .readBy(AblationSite::parse);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the over-refused direction, without a share of the harmful one, projected out everywhere";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, SHARE, LAMBDA, SITE);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return SHARE;
    }

    /** All of the component is 1, and more turns it round. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return List.of(0.25, 0.5, 0.75, 1.0, 1.25, 1.5);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        SteeringVector vector = arguments.requireVector(NAME).vector();
        String unused = TargetModel.of(model.manifest()).requireFits(vector, ModelCheck.ANY_MODEL);
        DirectionSearch search = requireSearch(vector, NAME);
        double share = arguments.get(SHARE, 1.0);
        if (!Double.isFinite(share)) {
            throw new BadRequest("The method surgical removes a finite share of the component, found " + share + ".");
        }
        double lambda = lambda(arguments, search);
        AblationSite site = arguments.get(SITE, AblationSite.parse(search.site()));
        int layers = vector.layers();
        float[] direction = PartialOrthogonal.floats(PartialOrthogonal.unit(direction(vector, search, lambda)));
        float[][] points = new float[layers + 1][vector.hidden()];
        for (int point = 0; point <= layers; point++) {
            if (site.includes(point, layers, search.layer())) {
                points[point] = direction;
            }
        }
        DirectionSet directions = DirectionSet.of(points);
        SteeringRange.requireEach(directions, new float[] {(float) Math.abs(share)});
        return new Surgical(
                site,
                share,
                lambda,
                "token " + search.position() + " at layer " + search.layer(),
                directions,
                vector.prompts() == null ? List.of() : List.of(vector.prompts()));
    }

    /** The stored direction with the stored lambda, and with another one made anew. */
    private static double[] direction(SteeringVector vector, DirectionSearch search, double lambda) {
        Double stored = search.lambda();
        int layer = search.layer();
        if (stored != null && stored == lambda) {
            return PartialOrthogonal.doubles(vector.directions().row(layer));
        }
        SteeringVector.Contrasts contrasts = vector.requireContrasts();
        return PartialOrthogonal.of(
                PartialOrthogonal.doubles(contrasts.overRefused().row(layer)),
                PartialOrthogonal.doubles(contrasts.harmful().row(layer)),
                lambda);
    }

    /** The amount that is said, else the vector's. */
    static double lambda(MethodArguments arguments, DirectionSearch search) {
        Double stored = search.lambda();
        double lambda = arguments.get(LAMBDA, stored == null ? Double.NaN : stored);
        if (!(lambda >= 0 && Double.isFinite(lambda))) {
            throw new BadRequest(
                    "The share of the harmful direction that is taken out must be a number of at least 0, found "
                            + lambda + ".");
        }
        return lambda;
    }

    static DirectionSearch requireSearch(SteeringVector vector, String method) {
        DirectionSearch search = vector.search();
        if (search == null || search.lambda() == null) {
            String made = vector.provenance().method();
            throw new BadRequest("The method " + method
                            + " needs a vector made of over-refused, harmful and harmless prompts; this one is "
                            + (vector.origin() != null ? "another tool's" : made + " of two sets")
                            + ". Extract one with the method surgical.")
                    .withRemedy(Remedy.EXTRACT_VECTOR);
        }
        return search;
    }
}
