# librdkafka 2.4 to 2.9 does not survive topics that are made anew: the library that
# resources/packages/librdkafka.sh has put beside us is linked instead. Its ABI only grows.
if(RDKAFKA_VERSION VERSION_GREATER_EQUAL 2.4 AND RDKAFKA_VERSION VERSION_LESS 2.10)
    file(GLOB newer_librdkafka CONFIGURE_DEPENDS
        ${PROJECT_SOURCE_DIR}/.build/librdkafka/librdkafka-*.so.1)
    if(newer_librdkafka)
        set_property(TARGET PkgConfig::RDKAFKA PROPERTY INTERFACE_LINK_LIBRARIES
            ${newer_librdkafka})
    else()
        message(WARNING "librdkafka ${RDKAFKA_VERSION} crashes when a topic is made anew under a "
            "running worker; resources/packages/librdkafka.sh brings a newer one")
    endif()
endif()
