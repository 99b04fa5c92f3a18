package dev.steering.eval;

import dev.steering.apply.Method;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.compare.AnchorDraws;
import dev.steering.eval.compare.Bootstrap;
import dev.steering.eval.compare.Contestant;
import dev.steering.eval.compare.Contestant.Draw;
import dev.steering.eval.compare.Redrawn;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Methods of a comparison drawn again at their operating points: with other random numbers, or with vectors of other anchors.
 *
 * @param curves what was chosen
 * @param settings how often, and from what
 * @param attacks the test sets that are jailbreaks
 */
record RedrawnMethods(ComparedCurves curves, ComparisonSettings settings, Set<String> attacks) {
    /** All draws of all methods by their names; draws have the seeds behind the comparison's own. */
    Map<String, Method> methods(ChatModel model) {
        Map<String, Method> methods = new LinkedHashMap<>();
        List<SteeringVector> vectors = vectors(model);
        for (Contestant contestant : curves.contestants()) {
            @Nullable Double strength = curves.choice(contestant).point().strength();
            for (int draw = 1; draw <= draws(contestant); draw++) {
                String called = called(contestant, draw);
                methods.put(
                        called,
                        contestant.draw() == Draw.SEED
                                ? contestant.redrawn(
                                        model, strength, settings.draws().seed() + draw, called)
                                : contestant.redrawn(model, strength, vectors.get(draw - 1), called));
            }
        }
        return methods;
    }

    private List<SteeringVector> vectors(ChatModel model) {
        AnchorDraws anchors = settings.draws().anchors();
        boolean needed = curves.contestants().stream()
                .anyMatch(contestant -> contestant.draw() == Draw.ANCHORS && draws(contestant) > 0);
        List<SteeringVector> vectors = new ArrayList<>();
        for (int draw = 1; needed && anchors != null && draw <= settings.draws().methods(); draw++) {
            vectors.add(anchors.draw(model, settings.draws().seed() + draw));
        }
        return vectors;
    }

    private int draws(Contestant contestant) {
        return switch (contestant.draw()) {
            case NONE -> 0;
            case SEED -> settings.draws().methods();
            case ANCHORS ->
                settings.draws().anchors() == null ? 0 : settings.draws().methods();
        };
    }

    private static String called(Contestant contestant, int draw) {
        return contestant.name() + " #" + draw;
    }

    /** The spread of a method's draws; null if it was not drawn. */
    @Nullable
    Redrawn spread(Contestant contestant, @Nullable EvaluationResult again) {
        int draws = draws(contestant);
        if (draws == 0 || again == null) {
            return null;
        }
        Map<String, List<JudgedRow>> rows = ComparedCurves.byMethod(again.rows());
        Bootstrap bootstrap = ComparedCurves.bootstrap(again.rows(), settings);
        List<SplitFigures> figures = new ArrayList<>();
        for (int draw = 1; draw <= draws; draw++) {
            List<JudgedRow> drawn = Objects.requireNonNull(rows.get(called(contestant, draw)));
            figures.add(SplitFigures.of(drawn, attacks, bootstrap));
        }
        return Redrawn.of(contestant.draw(), figures);
    }
}
