/* The C suite: the whole library as a game in C sees it, against the account server that the
 * environment names. One file per noun; each tells its stories in order. */
#include "kit.h"
#include "stories.h"

int main(void) {
    library_stories();
    login_stories();
    session_stories();
    object_stories();
    write_stories();
    query_stories();
    string_stories();
    struct_stories();
    handle_stories();
    pointer_stories();
    text_stories();
    request_stories();
    delivery_stories();
    waiting_stories();
    ending_stories();
    http_stories();
    folder_stories();
    option_stories();
    log_stories();
    tls_stories();
    mac_stories();
    taptap_stories();
    account_stories();
    binding_stories();
    /* Last: it looks at what all of the above left behind. */
    leak_stories();
    return tap_done();
}
