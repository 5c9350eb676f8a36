//! The views of the board.

texts! {
    views: "Views", "Vues";
    name: "Name of a new view", "Nom d’une nouvelle vue";
    hint:
        "Keeps filters, order and height of rows in this browser.",
        "Garde les filtres, l’ordre et la hauteur des lignes dans ce navigateur.";
    save: "Save view", "Enregistrer la vue";
    remove(name: &str): "Remove the view {name}", "Supprimer la vue {name}";
}
