package dev.steering.eval.certify;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.planned.RandomDirections;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method that steers with a vector and is no plan. Immutable.
 *
 * @param definition the method
 * @param arguments what is said about it, the vector among it
 * @param setting what is done, as a certificate names it
 */
public record CertifiedMethod(MethodDefinition definition, MethodArguments arguments, CertifiedSetting setting)
        implements CertifiedUse {
    /**
     * @param model the model
     * @param definition the method
     * @param arguments what is said about it, the vector among it
     * @return the method with that vector
     * @throws dev.steering.core.SteeringException if something is missing or does not fit the model
     */
    public static CertifiedMethod of(ChatModel model, MethodDefinition definition, MethodArguments arguments) {
        MethodArguments anywhere =
                arguments.withVector(arguments.requireVector(definition.name()).vector());
        Method method = definition.bind(model, anywhere);
        MethodOption<Double> strength = definition.strength();
        @Nullable Double said = strength == null ? null : anywhere.get(strength);
        List<Integer> layers = anywhere.layers();
        return new CertifiedMethod(
                definition,
                anywhere,
                new CertifiedSetting(
                        definition.name(),
                        method.json(),
                        method.words(),
                        layers == null ? List.of() : layers,
                        said,
                        null));
    }

    @Override
    public String method() {
        return definition.name();
    }

    @Override
    public SteeringVector vector() {
        return arguments.requireVector(method()).vector();
    }

    @Override
    public Method steered(ChatModel model) {
        return definition.bind(model, arguments);
    }

    @Override
    public Method random(ChatModel model, long seed) {
        return definition
                .bind(model, arguments.withVector(RandomDirections.like(vector(), seed)))
                .named("random-" + seed);
    }
}
