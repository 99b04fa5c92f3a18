package dev.steering.apply;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Generation;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.generation.Generator;
import dev.steering.core.generation.TokenListener;
import dev.steering.core.runtime.DirectionSet;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.Schedule;
import dev.steering.core.runtime.Steering;
import dev.steering.core.transition.Transition;
import dev.steering.core.transition.Transitions;
import dev.steering.core.vector.SteeringVector;
import java.util.ArrayList;
import java.util.List;

/**
 * SCANS: each prompt is classified by how the residual stream moves when "Sure" is appended, then steered towards or away from
 * refusal at the safety-critical layers, from the last prompt token on (arXiv 2408.11491, sections 3.3 and 3.4).
 *
 * <p>With t^l the state at the last prompt token minus the state at the last token of the marker, and d^l its mean over
 * harmful anchors, the score is the mean of cos(t^l, d^l) over the classifier layers. Classification costs the marker's tokens,
 * not a second prefill: the prompt's cache is kept, and only the last prompt token is run again, now steered.
 *
 * <p>Immutable and thread-safe.
 */
public final class Scans implements Responder {
    private final ChatModel model;
    private final Generator generator;
    private final SteeringVector vector;
    private final ScansSettings settings;
    private final DirectionSet directions;
    private final Transitions transitions;

    /**
     * @param model the model
     * @param options how to write
     * @param vector directions and transition references of that model
     * @param settings layers, strength and threshold
     * @throws dev.steering.core.SteeringException if a layer is out of range
     */
    public Scans(ChatModel model, GenerationOptions options, SteeringVector vector, ScansSettings settings) {
        this.model = model;
        this.generator = new Generator(model, options);
        this.vector = vector;
        this.settings = settings;
        this.directions = Directions.at(vector.directions(settings.scale()), settings.steeringLayers());
        this.transitions = Transitions.of(model);
        Directions.requireLayers(settings.classifierLayers(), vector.layers());
    }

    /**
     * @param prompts token ids of every row
     * @return the decision about each, without answering
     */
    public List<Decision> decide(List<int[]> prompts) {
        return decisions(prompts, model.model().forward(withMarker(prompts)));
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        try (KeyValueCache cache = generator.newCache(prompts, transitions.markerTokens().length)) {
            List<Decision> decisions = decisions(prompts, model.model().forward(withMarker(prompts), cache));
            List<Schedule> schedules = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                int last = prompts.get(row).length - 1;
                cache.rewind(row, last);
                schedules.add(Schedule.from(last, decisions.get(row).sign() * (float) settings.alpha()));
            }
            List<Generation> texts =
                    generator.generate(prompts, cache, Steering.adding(directions, schedules), listener);
            List<Reply> replies = new ArrayList<>();
            for (int row = 0; row < texts.size(); row++) {
                replies.add(new Reply(texts.get(row), decisions.get(row)));
            }
            return replies;
        }
    }

    private ForwardRequest withMarker(List<int[]> prompts) {
        return ForwardRequest.of(prompts.stream().map(transitions::append).toList())
                .withCaptures(prompts.stream().map(transitions::captures).toList());
    }

    private List<Decision> decisions(List<int[]> prompts, ForwardResult states) {
        List<Decision> decisions = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            Transition transition = new Transition(layers(states, row, 0), layers(states, row, 1));
            double score =
                    Transition.score(transition.cosines(vector.transitionReference()), settings.classifierLayers());
            decisions.add(new Decision(score, score >= settings.threshold()));
        }
        return decisions;
    }

    private float[][] layers(ForwardResult states, int row, int capture) {
        float[][] layers = new float[vector.layers()][];
        for (int l = 0; l < layers.length; l++) {
            layers[l] = states.captured(row, l + 1, capture);
        }
        return layers;
    }
}
