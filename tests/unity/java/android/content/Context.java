package android.content;

/** Stub. */
public abstract class Context {
}
