# The files of /docs, built into the program: our page, and Swagger UI where
# resources/packages/swagger_ui.sh has put it.

# mr_embed_docs(<source>)
# Writes a C++ source with the table that app/http/docs_files.h declares.
function(mr_embed_docs source)
    set(ours ${PROJECT_SOURCE_DIR}/resources/docs)
    set(theirs ${PROJECT_SOURCE_DIR}/.build/swagger-ui)
    set(files ${ours}/docs.css ${ours}/docs.html ${ours}/docs.js)
    file(GLOB swagger CONFIGURE_DEPENDS
        ${theirs}/*.css ${theirs}/*.js ${theirs}/*.png ${theirs}/LICENSE)
    if(swagger)
        list(APPEND files ${swagger})
    else()
        message(WARNING "/docs will only say how to get its page: "
            "resources/packages/swagger_ui.sh brings Swagger UI, and app/run.sh calls it")
    endif()
    set(data "")
    set(names "")
    set(rows "")
    set(number 0)
    foreach(file ${files})
        get_filename_component(name ${file} NAME)
        set(symbol mr_docs_${number})
        string(APPEND data "    \"${symbol}_begin:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n\"\n")
        string(APPEND names "extern const char ${symbol}_begin[], ${symbol}_end[];\n")
        string(APPEND rows "    {\"${name}\", ${symbol}_begin, ${symbol}_end},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    configure_file(${PROJECT_SOURCE_DIR}/resources/cmake/docs_files.cpp.in ${source} @ONLY)
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}"
        SKIP_PRECOMPILE_HEADERS ON)
endfunction()
