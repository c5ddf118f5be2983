package android.os;

/** Stub. */
public final class Bundle {
}
