package dev.steering.eval.compare;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.core.BadRequest;
import dev.steering.core.FileNames;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.model.chat.ChatModel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A method that takes part in a comparison, with the strengths of its curve. Immutable.
 *
 * @param name as {@link Methods#create(String)} takes it
 * @param option says how strong it is; null if it has no strength
 * @param strengths strengths of its curve, ascending; empty if it has no strength, or none but the one that is stored or its default
 * @param arguments what is said about it
 * @param check how strictly vectors of files that the name mentions must belong to the model
 * @param source where its vector comes from; null if that is not known, or it has none
 */
public record Contestant(
        String name,
        @Nullable MethodOption<Double> option,
        List<Double> strengths,
        MethodArguments arguments,
        ModelCheck check,
        @Nullable VectorSource source) {
    public Contestant {
        strengths = List.copyOf(strengths);
    }

    /** How a method can be drawn again. */
    public enum Draw {
        /** It is what it is. */
        NONE,
        /** With other random numbers. */
        SEED,
        /** With a vector of other anchors. */
        ANCHORS
    }

    /**
     * @param name a method's name
     * @param arguments what is said about all methods
     * @param check how strictly vectors of files must belong to the model
     * @param strengths strengths by name, for methods whose own are not to be taken
     * @return the method with its strengths
     * @throws BadRequest if there is no such method, or strengths are given for one that has none
     */
    public static Contestant of(
            String name, MethodArguments arguments, ModelCheck check, Map<String, List<Double>> strengths) {
        MethodDefinition definition = definition(name);
        MethodOption<Double> option = definition == null ? null : definition.strength();
        List<Double> given = strengths.get(name);
        if (definition == null || option == null) {
            if (given != null) {
                throw new BadRequest("The method " + name + " has no strength, but strengths are given for it.");
            }
            return new Contestant(name, null, List.of(), arguments, check, null);
        }
        TreeSet<Double> all = new TreeSet<>(given == null ? definition.strengths(own(name, arguments)) : given);
        Double said = arguments.get(option);
        if (given == null && said != null) {
            all.add(said);
        }
        return new Contestant(name, option, List.copyOf(all), arguments, check, null);
    }

    /**
     * @param newSource where the vector comes from that the arguments have; null if that is not known
     * @return a copy that says so
     */
    public Contestant withSource(@Nullable VectorSource newSource) {
        return new Contestant(name, option, strengths, arguments, check, newSource);
    }

    /** With the vector that the name mentions. */
    private static MethodArguments own(String name, MethodArguments arguments) {
        int mark = name.indexOf(Methods.VECTOR_MARK);
        return mark < 0 ? arguments : arguments.withVector(VectorFiles.read(FileNames.given(name.substring(mark + 1))));
    }

    private static @Nullable MethodDefinition definition(String name) {
        return name.startsWith(Methods.PLAN_PREFIX) ? null : MethodRegistry.get(name.split(Methods.VECTOR_MARK, 2)[0]);
    }

    /** @return the points of its curve: every strength, or null alone for the only one that it has */
    public List<@Nullable Double> points() {
        return strengths.isEmpty() ? Collections.singletonList(null) : Collections.unmodifiableList(strengths);
    }

    /**
     * @param strength a point of its curve
     * @return what that is called among others
     */
    public String variant(@Nullable Double strength) {
        return strength == null || option == null ? name : name + " " + option.name() + "=" + strength;
    }

    /**
     * @param model the model
     * @param strength a point of its curve
     * @param called name of the method that is made
     * @return the method with that strength
     */
    public Method bind(ChatModel model, @Nullable Double strength, String called) {
        return bound(model, arguments, strength, called);
    }

    /** @return how it can be drawn again */
    public Draw draw() {
        MethodDefinition definition = definition(name);
        if (definition == null) {
            return Draw.NONE;
        }
        if (definition.options().contains(MethodArguments.SEED)) {
            return Draw.SEED;
        }
        boolean own = name.contains(Methods.VECTOR_MARK) || (source != null && !source.redrawn());
        return definition.needsVector() && !own ? Draw.ANCHORS : Draw.NONE;
    }

    /**
     * @param model the model
     * @param strength the strength that was chosen
     * @param seed of the random numbers
     * @param called name of the method that is made
     * @return the method with other random numbers
     */
    public Method redrawn(ChatModel model, @Nullable Double strength, long seed, String called) {
        return bound(model, arguments.with(MethodArguments.SEED, seed), strength, called);
    }

    /**
     * @param model the model
     * @param strength the strength that was chosen
     * @param vector a vector of other anchors
     * @param called name of the method that is made
     * @return the method with that vector
     */
    public Method redrawn(ChatModel model, @Nullable Double strength, SteeringVector vector, String called) {
        return bound(model, arguments.withVector(vector), strength, called);
    }

    private Method bound(ChatModel model, MethodArguments said, @Nullable Double strength, String called) {
        MethodArguments all = strength == null || option == null ? said : said.with(option, strength);
        return Methods.with(model, all, check).create(name).named(called);
    }
}
