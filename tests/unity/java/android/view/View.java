package android.view;

/** Stub. */
public class View {
}
