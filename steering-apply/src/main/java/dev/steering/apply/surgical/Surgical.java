package dev.steering.apply.surgical;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.core.search.AblationSite;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.model.decode.Draft;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code x - share (x . u) u} at every token of prompt and answer, u being the unit vector along {@code w - lambda (w . r) / (r . r) r} with w
 * the over-refused and r the harmful mean difference at one token and layer (Wang et al., arXiv 2410.03415, sections 3.3 and 3.4). Immutable
 * and thread-safe.
 */
final class Surgical implements Method {
    private final AblationSite site;
    private final double share;
    private final double lambda;
    private final String place;
    private final PassSteering steering;
    private final List<ExtractionPrompts> extractedFrom;

    /**
     * @param site where it is ablated
     * @param share share of the component that is removed
     * @param lambda share of the harmful direction that was taken out of the over-refused one
     * @param place where the direction was found, for people
     * @param directions u at the points of the site, 0 elsewhere
     * @param extractedFrom prompts of all three sets
     */
    Surgical(
            AblationSite site,
            double share,
            double lambda,
            String place,
            DirectionSet directions,
            List<ExtractionPrompts> extractedFrom) {
        this.site = site;
        this.share = share;
        this.lambda = lambda;
        this.place = place;
        Schedule everywhere = (position, k) -> (float) share;
        this.steering = PassSteering.projectingOut(directions, true, List.of(everywhere));
        this.extractedFrom = List.copyOf(extractedFrom);
    }

    @Override
    public String name() {
        return SurgicalDefinition.NAME;
    }

    @Override
    public String words() {
        return "project " + (share == 1 ? "" : share + " times ") + "the component along the over-refused direction of "
                + place + " (lambda " + lambda + ") out at " + site.label() + ", at every token";
    }

    @Override
    public String json() {
        return Description.of(name())
                .put("site", site.label())
                .put("share", share)
                .put("lambda", lambda)
                .put("direction", place)
                .toJson();
    }

    /** It does the same to any text. */
    @Override
    public boolean readsPlainText() {
        return true;
    }

    @Override
    public List<ExtractionPrompts> extractedFrom() {
        return extractedFrom;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        return Draft.of(index, query.tokens(), steering);
    }
}
