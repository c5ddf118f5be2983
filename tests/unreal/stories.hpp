#ifndef TDSAUTH_TESTS_UNREAL_STORIES_HPP
#define TDSAUTH_TESTS_UNREAL_STORIES_HPP

void guest_stories();
void node_stories();
void readme_stories();
void taptap_stories();
void binding_stories();
void engine_stories();

#endif
