package dev.steering.extract;

import dev.steering.core.BadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several equal parts of a contrast set: of each class every {@code of}-th prompt, beginning with prompt {@code number}, so that each
 * part has prompts of both classes.
 *
 * @param number which one, from 1 to {@code of}
 * @param of how many there are, at least 1
 */
public record Shard(int number, int of) {
    /** Everything. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    /** @throws BadRequest if there is no such part */
    public Shard {
        if (of < 1 || number < 1 || number > of) {
            throw new BadRequest("there is no part " + number + " of " + of + ": expected one from 1/" + of + " to "
                    + of + "/" + of + ".");
        }
    }

    /**
     * @param text such as {@code 2/7}
     * @return the second of seven parts
     * @throws BadRequest if there is no such part
     */
    public static Shard parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadRequest(
                    "'" + text + "' is no part of a whole. Expected a number and how many there are, such as 2/7.");
        }
        return new Shard(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    }

    /** @return whether it is everything */
    public boolean isWhole() {
        return of == 1;
    }

    /** The 0-based places of its prompts among so many. */
    List<Integer> places(int prompts) {
        List<Integer> places = new ArrayList<>();
        for (int i = number - 1; i < prompts; i += of) {
            places.add(i);
        }
        return places;
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }
}
