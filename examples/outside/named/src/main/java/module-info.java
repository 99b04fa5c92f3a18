/** An application that is a module of its own. */
module org.example.outside {
    requires dev.steering.apply;
    requires dev.steering.core;
    requires dev.steering.viz;
}
