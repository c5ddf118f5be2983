package android.annotation;

/** Stub. */
public @interface SuppressLint {
    String[] value();
}
