package dev.steering.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An order of names: alphabetical, but for some that come one behind the other whatever sorts between them. */
final class Neighbours {
    /** Sorts before whatever else a name could go on with. */
    private static final char FIRST_OF_ALL = 0;

    private final Map<String, String> places = new HashMap<>();

    /** Lets these come one behind the other, in this order, where the first of them would come. */
    void together(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), names.get(0) + FIRST_OF_ALL + i);
        }
    }

    /** What to sort a name by. */
    String place(String name) {
        return places.getOrDefault(name, name);
    }
}
