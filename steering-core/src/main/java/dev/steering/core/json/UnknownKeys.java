package dev.steering.core.json;

/** What is to become of keys that a reader never asked for. */
public enum UnknownKeys {
    /** They are left alone: files of later versions may say more. */
    IGNORE,
    /** They are an error: a document that is half understood would be half obeyed. */
    REFUSE
}
